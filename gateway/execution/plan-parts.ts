import type { GraphQLSchema } from 'graphql'
import type { Subgraph } from '../mesh/mesh.js'
import type { EntityCache } from './entity-cache.js'
import type { SupergraphTypes } from './supergraph-types.js'

/** What the fetches of a plan are compiled with. */
export interface PlanParts {
  /** The schema that clients see. */
  readonly schema: GraphQLSchema
  readonly types: SupergraphTypes
  readonly subgraphs: ReadonlyMap<string, Subgraph>
  /** Names of fields that predict, of whatever type. */
  readonly predicting: ReadonlySet<string>
  /** Answers entities that never change; undefined for no such cache. */
  readonly entities: EntityCache | undefined
}
