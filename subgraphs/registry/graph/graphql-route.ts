import { executableSchema, type SubgraphSchema } from '../../../shared/serving/schema/build.js'
import { startGraphql } from '../../../shared/serving/server/graphql.js'
import { type IdentifyOptions, identify } from '../../../shared/serving/server/identify.js'
import { parseJson, readBody } from '../../../shared/serving/server/read-body.js'
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
  return {
    async route({ message, requestId }) {
      const body = await readBody(message, options.maxBodyBytes)
      const context = createContext(identify(message, body, requestId, options), registry)
      const { status, text } = await graphql.answer(parseJson(body, message.headers['content-type']), context)
      return { status, headers: { 'content-type': 'application/json' }, body: text }
    },
    stop: () => graphql.stop(),
  }
}
