import type { GraphQLError } from 'graphql'
import type { Json } from '../mesh/json.js'
import type { Variables } from '../variables/coerce.js'
import type { Fetch } from './execution.js'
import type { Plain } from './plain.js'

/** One request on its way through a plan. */
export interface Run {
  readonly variables: Variables
  /** JSON that may stand for all of them. */
  readonly given: Json | undefined
  readonly fetch: Fetch
  /** What has been fetched so far; fetches add to it. */
  readonly data: Plain
  /** What fetches came to, in the order in which they ended. */
  readonly errors: GraphQLError[]
}

/** A node of a plan, compiled. Never rejects for what a subgraph does. */
export type Step = (run: Run) => Promise<void>
