import {
  type ArgumentNode,
  type FieldNode,
  type GraphQLArgument,
  type GraphQLField,
  getArgumentValues,
  getNullableType,
  isLeafType,
  isNonNullType,
  Kind,
  valueFromAST,
} from 'graphql'

type Values = Readonly<Record<string, unknown>>

/** The arguments of one field for the variables of a request. Throws what graphql-js does. */
export type ReadArguments = (variables: Values) => Record<string, unknown>

/** What an argument is for given variables; `ASK` leaves it, with all others of the field, to graphql-js. */
type ReadArgument = (variables: Values) => unknown

const ASK = Symbol('for graphql-js to say')
const ABSENT = Symbol('not given')

/** Compiles the arguments of a field: what a variable holds is handed on, literals are read once. */
export function compileArguments(field: GraphQLField<unknown, unknown>, node: FieldNode): ReadArguments {
  const given = new Map(node.arguments?.map((argument) => [argument.name.value, argument]))
  const args = field.args.map((arg) => ({ name: arg.name, read: compileArgument(arg, given.get(arg.name)) }))
  return (variables) => {
    const values: Record<string, unknown> = {}
    for (const { name, read } of args) {
      const value = read(variables)
      if (value === ASK) return getArgumentValues(field, node, variables)
      if (value !== ABSENT) values[name] = value
    }
    return values
  }
}

function compileArgument({ type, defaultValue }: GraphQLArgument, node: ArgumentNode | undefined): ReadArgument {
  const value = node?.value
  if (!value && defaultValue === undefined) {
    const absent = isNonNullType(type) ? ASK : ABSENT
    return () => absent
  }
  if (!value) return () => defaultValue
  if (value.kind === Kind.VARIABLE) {
    const { value: name } = value.name
    return (variables) => (Object.hasOwn(variables, name) ? (variables[name] ?? ASK) : ASK)
  }
  const literal = isLeafType(getNullableType(type)) ? valueFromAST(value, type) : undefined
  return typeof literal === 'object' || literal === undefined ? () => ASK : () => literal
}
