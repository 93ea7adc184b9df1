import type { Served } from '../../shared/mesh/protocol.js'
import type { RequestContext } from '../request-context.js'
import type { Json } from './json.js'
import type { SubgraphAnswer } from './wire/subgraph-answer.js'

/** Everything that is behind the gateway, by the names of the subgraphs. */
export interface Mesh {
  /**
   * Asks a subgraph once, on whichever of its replicas is best; retries and hedges as far as the budget goes. Throws
   * `DEADLINE_EXCEEDED`, `SUBGRAPH_UNAVAILABLE` or `OVERLOADED`, each with the subgraph's name.
   */
  fetch(request: MeshRequest, context: RequestContext): Promise<MeshAnswer>
}

export interface MeshRequest {
  readonly subgraph: Subgraph
  readonly operation: FetchOperation
  /** JSON of the variables, without those that the fetch does not use; undefined for none. */
  readonly variables: Json | undefined
}

/** A subgraph of the supergraph. */
export interface Subgraph {
  readonly name: string
  readonly url: string
}

/** What a fetch sends each time; made once per plan. */
export interface FetchOperation {
  /** Mutations are never sent twice. */
  readonly kind: 'query' | 'mutation'
  readonly query: string
  /** True for a query that predicts nothing: whoever asks the same at the same time may have the same answer. */
  readonly isShareable: boolean
  /** The constant members of the request as JSON, without braces: `"query":"…","operationName":"…"`. */
  readonly json: string
}

/** What a subgraph answered. */
export interface MeshAnswer {
  /** The part's JSON as it came, where the subgraph said that it holds no errors; undefined otherwise. */
  readonly bytes: Buffer | undefined
  /** Parsed when first asked for. Throws `SUBGRAPH_UNAVAILABLE` for what is no GraphQL answer. */
  read(): SubgraphAnswer
  /** The same for somebody else, who may change what it reads. */
  copy(): MeshAnswer
  /** What was predicted for it. */
  readonly served: readonly Served[]
}
