import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway'
import { GraphQLError } from 'graphql'
import { ModelgraphError } from '../../shared/errors/modelgraph-error.js'
import type { Log } from '../../shared/telemetry/log.js'
import { LruMap } from '../cache/lru-map.js'
import type { RequestContext } from '../request-context.js'
import { failedFields } from './failed-fields.js'
import type { FetchOperation, Mesh, Subgraph } from './mesh.js'
import type { SubgraphAnswer, SubgraphError } from './wire/subgraph-answer.js'

type Fetch = GraphQLDataSourceProcessOptions<RequestContext & Record<string, unknown>>

/** Operations of which the constant part is kept, for each subgraph. */
const KEPT_OPERATIONS = 1_000

/** Apollo's fetches of one subgraph, sent through the mesh. A fetch that fails empties the fields it asked for and no others. */
export class SubgraphDataSource implements GraphQLDataSource<RequestContext & Record<string, unknown>> {
  private readonly operations = new LruMap<string, FetchOperation>(KEPT_OPERATIONS)

  constructor(
    private readonly subgraph: Subgraph,
    private readonly mesh: Mesh,
    private readonly log: Log,
  ) {}

  async process(fetch: Fetch): ReturnType<GraphQLDataSource['process']> {
    const context = fetch.context as RequestContext
    try {
      const answer = await this.call(fetch, context)
      return { ...answer, errors: answer.errors?.map(withoutHttp) } as never
    } catch (error) {
      return { data: null, errors: this.failures(error, fetch, context) } as never
    }
  }

  private async call({ request }: Fetch, context: RequestContext): Promise<SubgraphAnswer> {
    const operation = this.operationOf(request)
    const variables = request.variables && JSON.stringify(request.variables)
    const answer = await this.mesh.fetch({ subgraph: this.subgraph, operation, variables }, context)
    return answer.read()
  }

  private operationOf({ query = '', operationName }: Fetch['request']): FetchOperation {
    const key = `${operationName ?? ''}\n${query}`
    const known = this.operations.get(key)
    if (known) return known
    const kind = /^\s*mutation\b/.test(query) ? 'mutation' : 'query'
    const operation = { kind, query, json: JSON.stringify({ query, operationName }).slice(1, -1) } as const
    this.operations.set(key, operation)
    return operation
  }

  private failures(error: unknown, fetch: Fetch, { requestId }: RequestContext): GraphQLError[] {
    if (!(error instanceof ModelgraphError)) throw error
    const subgraph = this.subgraph.name
    this.log.warn({ requestId, subgraph, code: error.code, err: error.originalError }, error.message)
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
