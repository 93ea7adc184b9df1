import type { SubgraphContext } from '../../../shared/serving/context.js'
import { executableSchema, type SubgraphSchema } from '../../../shared/serving/schema/build.js'
import { createAnswerParts } from '../../../shared/serving/server/answer-parts.js'
import { createGraphqlEndpoint } from '../../../shared/serving/server/endpoint.js'
import { startGraphql } from '../../../shared/serving/server/graphql.js'
import type { IdentifyOptions } from '../../../shared/serving/server/identify.js'
import type { Route } from '../control/answer.js'
import { databaseUnreachable } from '../control/database-error.js'
import type { Registry } from '../registry.js'
import { createContext } from './context.js'

export interface GraphqlOptions extends IdentifyOptions {
  readonly maxBodyBytes: number
}

export interface GraphqlRoute {
  readonly route: Route
  stop(): Promise<void>
}

/** `POST /graphql`: for the gateway, with a signed identity. */
export async function startGraphqlRoute(
  schema: SubgraphSchema,
  registry: Registry,
  options: GraphqlOptions,
): Promise<GraphqlRoute> {
  const graphql = await startGraphql(executableSchema(schema, {}), {
    introspection: false,
    log: registry.log,
    recognise: databaseUnreachable,
  })
  const { log } = registry
  const contextOf = (context: SubgraphContext) => createContext(context, registry)
  const answerParts = createAnswerParts({ ...options, graphql, log, contextOf })
  const answer = createGraphqlEndpoint({ answerParts, maxBodyBytes: options.maxBodyBytes })
  return {
    async route({ message, requestId }) {
      const { status, headers, text } = await answer(message, requestId)
      return { status, headers: { ...named(headers), 'content-type': 'application/json' }, body: text }
    },
    stop: () => graphql.stop(),
  }
}

/** Headers by name. */
function named(headers: readonly string[]): Record<string, string> {
  const pairs = headers.flatMap((name, index) => (index % 2 === 0 ? [[name, headers[index + 1]!] as const] : []))
  return Object.fromEntries(pairs)
}
