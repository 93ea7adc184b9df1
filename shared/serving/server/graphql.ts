import { ApolloServer, HeaderMap, type HTTPGraphQLResponse } from '@apollo/server'
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled'
import type { GraphQLSchema } from 'graphql'
import type { Log } from '../../telemetry/log.js'
import type { SubgraphContext } from '../context.js'
import { maskErrors, type RecogniseError } from './mask-errors.js'

/** Answers GraphQL requests that are read and identified. */
export interface GraphqlHandler {
  /** `body` is parsed JSON: one request, or an array of them. */
  answer(body: unknown, context: SubgraphContext): Promise<GraphqlAnswer>
  stop(): Promise<void>
}

export interface GraphqlAnswer {
  readonly status: number
  readonly text: string
}

export interface GraphqlHandlerOptions {
  readonly introspection: boolean
  readonly log: Log
  /** Gives errors of the subgraph's own a code. */
  readonly recognise?: RecogniseError
}

/**
 * Apollo Server without its HTTP layer and without the plugins that a subgraph behind a gateway has no use for. Parsed
 * and validated documents are cached.
 */
export async function startGraphql(
  schema: GraphQLSchema,
  { introspection, log, recognise }: GraphqlHandlerOptions,
): Promise<GraphqlHandler> {
  const server = new ApolloServer<SubgraphContext>({
    schema,
    introspection,
    csrfPrevention: false,
    persistedQueries: false,
    allowBatchedHttpRequests: true,
    stopOnTerminationSignals: false,
    includeStacktraceInErrorResponses: false,
    logger: log,
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      maskErrors(log, recognise),
    ],
  })
  await server.start()
  return {
    async answer(body, context) {
      const httpGraphQLRequest = { method: 'POST', headers: HEADERS, search: '', body }
      const response = await server.executeHTTPGraphQLRequest({ httpGraphQLRequest, context: async () => context })
      return { status: response.status ?? 200, text: textOf(response) }
    },
    stop: () => server.stop(),
  }
}

const HEADERS = new HeaderMap([['content-type', 'application/json']])

function textOf({ body }: HTTPGraphQLResponse): string {
  if (body.kind === 'complete') return body.string
  throw new TypeError('a subgraph answers no incremental deliveries')
}
