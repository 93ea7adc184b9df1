import { buildSubgraphSchema } from '@apollo/subgraph'
import type { GraphQLResolverMap } from '@apollo/subgraph/dist/schema-helper/index.js'
import { printSchemaWithDirectives } from '@graphql-tools/utils'
import { type GraphQLSchema, parse, printType } from 'graphql'
import { buildSchema } from 'type-graphql'
import type { Model, Subgraph } from '../subgraph.js'
import { type EntityModel, entitySdl } from './entity-sdl.js'
import { mergeSdl } from './merge-sdl.js'
import { modelSdl } from './model-sdl.js'
import { SHARED_TYPES } from './prediction.js'
import { declaredResolvers, mergeResolvers, type Resolvers } from './resolvers.js'
import { vectorScalarsOf } from './vector-scalars.js'

const FEDERATION = `extend schema @link(
  url: "https://specs.apollo.dev/federation/v2.9"
  import: [
    "@key" "@shareable" "@requires" "@external" "@provides" "@tag" "@inaccessible" "@override" "@interfaceObject"
    "@authenticated" "@requiresScopes" "@policy" "@cost" "@listSize" "@composeDirective"
  ]
)`

/** A subgraph's schema: its text, as published and composed, and the resolvers of what the team itself declares. */
export interface SubgraphSchema {
  readonly sdl: string
  readonly resolvers: Resolvers
}

/** Builds the schema from the team's own classes (by type-graphql) and from what follows from its models. */
export async function buildSchemaOf(subgraph: Subgraph): Promise<SubgraphSchema> {
  const classes = subgraph.models.flatMap(({ input, output }) => [input, output])
  const schema = await buildSchema({
    resolvers: [NoResolvers, ...(subgraph.resolvers as readonly (typeof NoResolvers)[])],
    orphanedTypes: [...subgraph.orphanedTypes, ...classes] as (typeof NoResolvers)[],
    skipCheck: true,
    validate: false,
  })
  return {
    sdl: mergeSdl([FEDERATION, printSchemaWithDirectives(schema), ...generatedSdl(subgraph.models, schema)]),
    resolvers: declaredResolvers(subgraph, schema),
  }
}

/** The schema with all resolvers in place; those given here win over the declared ones. */
export function executableSchema(schema: SubgraphSchema, resolvers: Resolvers): GraphQLSchema {
  const all = mergeResolvers(schema.resolvers, resolvers)
  return buildSubgraphSchema([{ typeDefs: parse(schema.sdl), resolvers: all as GraphQLResolverMap<unknown> }])
}

/** type-graphql wants at least one resolver class. */
class NoResolvers {}

function generatedSdl(models: readonly Model[], schema: GraphQLSchema): string[] {
  if (models.length === 0) return []
  const parts = models.map(({ compiled }) => modelSdl(compiled.contract))
  const entities = models.flatMap(({ compiled, entity }): EntityModel[] =>
    entity ? [{ contract: compiled.contract, entity }] : [],
  )
  return [
    SHARED_TYPES,
    ...parts.map(({ query, mutation }) => `type Query {${query}}\ntype Mutation {${mutation}}`),
    ...parts.flatMap(({ types }) => [...types.values()]),
    ...entitySdl(entities, schema),
    ...vectorScalarsOf(models).map((scalar) => printType(scalar)),
  ]
}
