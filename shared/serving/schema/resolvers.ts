import { GraphQLScalarType, type GraphQLSchema } from 'graphql'
import { createResolversMap } from 'type-graphql'
import type { Subgraph } from '../subgraph.js'
import { PROVENANCE } from './prediction.js'

/** Resolvers by type and field; scalars stand as they are. */
export type Resolvers = Readonly<Record<string, GraphQLScalarType | Readonly<Record<string, unknown>>>>

/**
 * The team's own resolvers. Outputs and provenance are plain properties: without type-graphql's wrapper, which costs a
 * list of predictions more than the predictions do, graphql-js reads them itself.
 */
export function declaredResolvers({ models, references }: Subgraph, schema: GraphQLSchema): Resolvers {
  const outputs = models.map(({ compiled }) => compiled.contract.output)
  const bare = Object.fromEntries(
    Object.entries(createResolversMap(schema) as Resolvers).map(([type, fields]) => {
      const output = outputs.find((each) => each.type === type)
      return [
        type,
        output ? without(fields, ['__isTypeOf', ...PROVENANCE, ...output.outputs.map(({ name }) => name)]) : fields,
      ]
    }),
  )
  const found = Object.entries(references).map(([type, resolve]) => [type, { __resolveReference: resolve }] as const)
  return mergeResolvers(bare, Object.fromEntries(found))
}

/** Those of the second map win, field by field. */
export function mergeResolvers(first: Resolvers, second: Resolvers): Resolvers {
  const merged = { ...first }
  for (const [type, fields] of Object.entries(second)) {
    merged[type] = fields instanceof GraphQLScalarType ? fields : { ...merged[type], ...fields }
  }
  return merged
}

function without(fields: object, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)))
}
