import { app } from './network.js'

/** Name of the type that the first argument of a query field takes, read from the graph itself. */
export async function inputTypeOf(field: string): Promise<string> {
  return (await queryField(field)).args.find(({ name }) => name === 'input')!.type.ofType.name
}

export async function outputTypeOf(field: string): Promise<string> {
  return (await queryField(field)).type.name
}

async function queryField(name: string): Promise<IntrospectedField> {
  const { data } = await app(
    '{ __type(name: "Query") { fields { name type { name } args { name type { ofType { name } } } } } }',
  )
  return data.__type.fields.find((field: IntrospectedField) => field.name === name)
}

interface IntrospectedField {
  readonly name: string
  readonly type: { readonly name: string }
  readonly args: readonly { readonly name: string; readonly type: { readonly ofType: { readonly name: string } } }[]
}
