import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway'
import { GraphQLError } from 'graphql'
import { ModelgraphError } from '../../shared/errors/modelgraph-error.js'
import { DEADLINE_HEADER, IDENTITY_HEADER, REQUEST_ID_HEADER } from '../../shared/identity/claims.js'
import { signIdentity } from '../../shared/identity/signing.js'
import type { Log } from '../../shared/telemetry/log.js'
import type { RequestContext } from '../request-context.js'
import { callSubgraph, type SubgraphAnswer, type SubgraphError } from './call.js'
import { failedFields } from './failed-fields.js'
import type { Pools } from './pools.js'

/** A subgraph of the supergraph. */
export interface Subgraph {
  readonly name: string
  readonly url: string
}

/** What calls into the mesh need. */
export interface Mesh {
  readonly pools: Pools
  /** Signs who calls. */
  readonly secret: string
  /** Longest time for one call, in milliseconds. */
  readonly timeoutMs: number
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly log: Log
}

type Fetch = GraphQLDataSourceProcessOptions<RequestContext & Record<string, unknown>>

/**
 * Fetches of one subgraph. Each call carries the caller's signed identity, the request id and what is left of the
 * deadline. A call that fails empties the fields it asked for and no others.
 */
export class SubgraphDataSource implements GraphQLDataSource<RequestContext & Record<string, unknown>> {
  private readonly origin: string
  private readonly path: string

  constructor(
    private readonly subgraph: Subgraph,
    private readonly mesh: Mesh,
  ) {
    const { origin, pathname, search } = new URL(subgraph.url)
    this.origin = origin
    this.path = pathname + search
  }

  async process(fetch: Fetch): ReturnType<GraphQLDataSource['process']> {
    const context = fetch.context as RequestContext
    try {
      const answer = await this.call(fetch, context)
      return { ...answer, errors: answer.errors?.map(withoutHttp) } as never
    } catch (error) {
      return { data: null, errors: this.failures(error, fetch, context) } as never
    }
  }

  private call(fetch: Fetch, context: RequestContext): Promise<SubgraphAnswer> {
    const { query, variables, operationName } = fetch.request
    const body = JSON.stringify({ query, variables, operationName })
    const left = context.deadlineAt - this.mesh.now()
    if (left <= 0) throw new ModelgraphError('DEADLINE_EXCEEDED', 'The operation ran out of time.')
    return callSubgraph({
      subgraph: this.subgraph.name,
      dispatcher: this.mesh.pools.for(this.origin),
      path: this.path,
      headers: this.headers(body, left, context),
      body,
      timeoutMs: Math.min(left, this.mesh.timeoutMs),
      signal: context.signal,
    })
  }

  private headers(body: string, left: number, { caller, requestId }: RequestContext): Record<string, string> {
    const signed = { audience: this.subgraph.name, body, now: this.mesh.now() }
    return {
      'content-type': 'application/json',
      [IDENTITY_HEADER]: signIdentity(caller, signed, this.mesh.secret),
      [REQUEST_ID_HEADER]: requestId,
      [DEADLINE_HEADER]: String(Math.ceil(left)),
    }
  }

  private failures(error: unknown, fetch: Fetch, { requestId }: RequestContext): GraphQLError[] {
    if (!(error instanceof ModelgraphError)) throw error
    const subgraph = this.subgraph.name
    this.mesh.log.warn({ requestId, subgraph, code: error.code, err: error.originalError }, error.message)
    const fields = failedFields(fetch.request.query ?? '', fetch.request.variables)
    return fields.map(
      (path) => new GraphQLError(error.message, { path, extensions: { ...error.extensions, subgraph } }),
    )
  }
}

/** Apollo Server would take the status of our response from `extensions.http`; a subgraph has no say in it. */
function withoutHttp(error: SubgraphError): SubgraphError {
  const { http: _, ...extensions } = error.extensions ?? {}
  return { ...error, extensions }
}
