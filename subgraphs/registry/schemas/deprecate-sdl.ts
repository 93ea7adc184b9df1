import {
  type ConstDirectiveNode,
  type FieldDefinitionNode,
  GraphQLDeprecatedDirective,
  Kind,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
  parse,
  print,
  visit,
} from 'graphql'
import type { Contract } from '../../../shared/contract/declaration.js'
import { modelNames } from '../../../shared/serving/schema/names.js'

/** A model whose operations carry a reason why nobody should begin to use them. */
export interface DeprecatedModel {
  readonly contract: Contract
  readonly reason: string
}

/**
 * A subgraph's text with `@deprecated` on the operations of these models and on the fields of entities that they answer.
 * What its team has deprecated itself keeps its reason; text that is not GraphQL stays for the composer to refuse.
 */
export function deprecateInSdl(sdl: string, models: readonly DeprecatedModel[]): string {
  const document = models.length === 0 ? undefined : parsed(sdl)
  if (!document) return sdl
  const reasonFor = reasonsOf(models)
  let changes = 0
  const inType = (type: ObjectTypeDefinitionNode | ObjectTypeExtensionNode) => ({
    ...type,
    fields: (type.fields ?? []).map((field) => {
      const reason = isDeprecated(field) ? undefined : reasonFor(type.name.value, field)
      if (reason === undefined) return field
      changes += 1
      return { ...field, directives: [...(field.directives ?? []), deprecated(reason)] }
    }),
  })
  const changed = visit(document, { ObjectTypeDefinition: inType, ObjectTypeExtension: inType })
  return changes === 0 ? sdl : `${print(changed)}\n`
}

function parsed(sdl: string) {
  try {
    return parse(sdl, { noLocation: true })
  } catch {
    return undefined
  }
}

type ReasonFor = (type: string, field: FieldDefinitionNode) => string | undefined

function reasonsOf(models: readonly DeprecatedModel[]): ReasonFor {
  const known = models.map(({ contract, reason }) => ({ names: modelNames(contract), reason }))
  return (type, field) => {
    const found = known.find(({ names }) => {
      if (type === 'Query') return [names.one, names.many, names.columns].includes(field.name.value)
      if (type === 'Mutation') return field.name.value === names.batch
      return answers(field, names.output) && needs(field, names.scope)
    })
    return found?.reason
  }
}

/** Models may share an output type; the scope tells them apart. */
function answers({ type }: FieldDefinitionNode, output: string): boolean {
  return type.kind === Kind.NAMED_TYPE && type.name.value === output
}

function needs({ directives = [] }: FieldDefinitionNode, scope: string): boolean {
  const required = directives.find(({ name }) => name.value === 'requiresScopes')
  return required !== undefined && print(required).includes(JSON.stringify(scope))
}

function isDeprecated({ directives = [] }: FieldDefinitionNode): boolean {
  return directives.some(({ name }) => name.value === GraphQLDeprecatedDirective.name)
}

function deprecated(reason: string): ConstDirectiveNode {
  return {
    kind: Kind.DIRECTIVE,
    name: { kind: Kind.NAME, value: GraphQLDeprecatedDirective.name },
    arguments: [
      {
        kind: Kind.ARGUMENT,
        name: { kind: Kind.NAME, value: 'reason' },
        value: { kind: Kind.STRING, value: reason },
      },
    ],
  }
}
