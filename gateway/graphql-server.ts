import { ApolloServer } from '@apollo/server'
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled'
import type { Log } from '../shared/telemetry/log.js'
import { responsePlugin } from './errors/response-plugin.js'
import { FiniteLiteralsRule } from './limits/finite-literals.js'
import type { RequestContext } from './request-context.js'
import type { GatewayInterface } from './supergraph/gateway-interface.js'

/**
 * The complete path of an operation, by Apollo Server: parse, validate, and hand it to the gateway. Nothing reports to
 * anybody, nothing but GraphQL is served, documents are cached per supergraph version.
 */
export function createGraphqlServer(
  gateway: GatewayInterface,
  maxTokens: number,
  log: Log,
): ApolloServer<RequestContext> {
  return new ApolloServer<RequestContext>({
    gateway,
    introspection: true,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    nodeEnv: 'production',
    parseOptions: { maxTokens },
    validationRules: [FiniteLiteralsRule],
    logger: apolloLogger(log),
    stringifyResult: (result) => JSON.stringify(result),
    plugins: [
      responsePlugin(log),
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  })
}

function apolloLogger(log: Log) {
  return {
    debug: (message?: unknown) => log.debug({ message }, 'apollo'),
    info: (message?: unknown) => log.debug({ message }, 'apollo'),
    warn: (message?: unknown) => log.warn({ message }, 'apollo'),
    error: (message?: unknown) => log.error({ message }, 'apollo'),
  }
}
