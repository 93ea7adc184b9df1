import { ApolloServer, type GraphQLResponse } from '@apollo/server'
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
import type { GraphqlRequest } from './graphql-request.js'
import { maskErrors, type RecogniseError } from './mask-errors.js'

/** Answers GraphQL operations that are read and identified. */
export interface GraphqlHandler {
  answer(request: GraphqlRequest, context: SubgraphContext): Promise<GraphqlAnswer>
  stop(): Promise<void>
}

export interface GraphqlAnswer {
  /** Where the operation is the whole HTTP request. */
  readonly status: number
  /** JSON without white space around it. */
  readonly text: string
  /** True where the text holds errors. */
  readonly failed: boolean
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
    async answer(request, contextValue) {
      return textOf(await server.executeOperation(request, { contextValue }))
    },
    stop: () => server.stop(),
  }
}

function textOf({ body, http }: GraphQLResponse): GraphqlAnswer {
  if (body.kind !== 'single') throw new TypeError('a subgraph answers no incremental deliveries')
  const { errors, data, extensions } = body.singleResult
  const text = JSON.stringify({ errors, data, extensions })
  return { status: http.status ?? 200, text, failed: errors !== undefined }
}
