import type { GraphQLError } from 'graphql'
import type { Json } from '../mesh/json.js'
import type { MeshAnswer, MeshRequest } from '../mesh/mesh.js'
import type { Variables } from '../variables/coerce.js'

/** An operation with its plan, compiled once per supergraph version and run for every request. */
export interface Execution {
  /**
   * Runs the plan. `variables` are coerced, with defaults. Never rejects for what a subgraph does: a fetch that fails
   * empties the fields it asked for, each with the fetch's error, and no others. `given` is JSON that a subgraph may be
   * given in place of all variables.
   */
  run(variables: Variables, fetch: Fetch, given?: Json): Promise<ExecutionResult>
}

/** Sends one fetch; rejects with a `ModelgraphError` when there is no answer. */
export type Fetch = (request: MeshRequest) => Promise<MeshAnswer>

/**
 * What an operation came to: the answer of its only fetch as it came, or data and errors by the GraphQL rules. Data are
 * undefined where a subgraph's answer, or a variable that decides what is included, is of the wrong kind altogether.
 */
export type ExecutionResult =
  | { readonly bytes: Buffer }
  | { readonly data: Readonly<Record<string, unknown>> | null | undefined; readonly errors: readonly GraphQLError[] }
