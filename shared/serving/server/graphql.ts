import { ApolloServer, type ApolloServerPlugin, type GraphQLResponse } from '@apollo/server'
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled'
import type { GraphQLSchema } from 'graphql'
import type { SubgraphContext } from '../context.js'
import type { ExecutionResult } from '../execution/compile-operation.js'
import { formatErrors } from './format-errors.js'
import type { GraphqlRequest } from './graphql-request.js'
import { type Masking, maskErrors, maskFormatted } from './mask-errors.js'
import { SeenOperations } from './seen-operations.js'

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

export interface GraphqlHandlerOptions extends Masking {
  readonly introspection: boolean
}

/**
 * Two tiers that answer alike. Apollo Server, without its HTTP layer and without the plugins that a subgraph behind a gateway
 * has no use for, is the complete one: it parses, validates and executes whatever comes. An operation that it has
 * validated is compiled when it comes again, and answered without it from then on; what is unusual goes back to it.
 */
export async function startGraphql(schema: GraphQLSchema, options: GraphqlHandlerOptions): Promise<GraphqlHandler> {
  const seen = new SeenOperations(schema)
  const server = apolloServer(schema, options, seen)
  await server.start()
  return {
    async answer(request, context) {
      const result = seen.find(request)?.run(request.variables ?? {}, context)
      if (result) return compiledAnswer(await result, context.requestId, options)
      return completeAnswer(await server.executeOperation(request, { contextValue: context }))
    },
    stop: () => server.stop(),
  }
}

function apolloServer(
  schema: GraphQLSchema,
  { introspection, ...masking }: GraphqlHandlerOptions,
  seen: SeenOperations,
): ApolloServer<SubgraphContext> {
  return new ApolloServer<SubgraphContext>({
    schema,
    introspection,
    csrfPrevention: false,
    persistedQueries: false,
    stopOnTerminationSignals: false,
    includeStacktraceInErrorResponses: false,
    logger: masking.log,
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      rememberOperations(seen),
      maskErrors(masking),
    ],
  })
}

function rememberOperations(seen: SeenOperations): ApolloServerPlugin<SubgraphContext> {
  return {
    async requestDidStart() {
      return { didResolveOperation: async ({ source, document }) => seen.remember(source, document) }
    },
  }
}

function completeAnswer({ body, http }: GraphQLResponse): GraphqlAnswer {
  if (body.kind !== 'single') throw new TypeError('a subgraph answers no incremental deliveries')
  const { errors, data, extensions } = body.singleResult
  const text = JSON.stringify({ errors, data, extensions })
  return { status: http.status ?? 200, text, failed: errors !== undefined }
}

function compiledAnswer({ data, errors }: ExecutionResult, requestId: string, masking: Masking): GraphqlAnswer {
  if (!errors) return { status: 200, text: JSON.stringify({ data }), failed: false }
  const { status, formatted } = formatErrors(errors)
  const text = JSON.stringify({ errors: maskFormatted(formatted, errors, requestId, masking), data })
  return { status, text, failed: true }
}
