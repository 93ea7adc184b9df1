import { closeServer, listen } from '../process/listen.js'
import type { Running } from '../process/run.js'
import { createLog } from '../telemetry/log.js'
import { startTracer } from '../telemetry/tracing/start-tracer.js'
import { systemClock as clock } from './clock.js'
import type { ServingConfig } from './config.js'
import { startDataPlane } from './data-plane.js'
import { buildSchemaOf, executableSchema } from './schema/build.js'
import { startGraphql } from './server/graphql.js'
import { createSubgraphServer } from './server/server.js'
import type { Subgraph } from './subgraph.js'
import { endpointOf } from './versions/registration.js'

/** Starts a subgraph in this process: loads what it remembers, listens, and follows the registry from there. */
export async function startSubgraph(subgraph: Subgraph, config: ServingConfig): Promise<Running> {
  const { secret, deadlineMs, maxBodyBytes, introspection } = config
  const log = createLog(subgraph.name, config.logLevel)
  const schema = await buildSchemaOf(subgraph)
  const { resolvers, metrics, operations, ...plane } = await startDataPlane(subgraph, config, log)
  const graphql = await startGraphql(executableSchema(schema, resolvers), { introspection, log })
  let draining = false
  const readiness = () => (draining ? { ...plane.readiness(), status: 'draining' as const } : plane.readiness())
  const tracer = startTracer(subgraph.name, config.tracing, log)
  const identity = { audience: subgraph.name, secret, clock, deadlineMs, tracer }
  const options = { ...identity, graphql, readiness, metrics, operations, maxBodyBytes, log }
  const { server, links } = createSubgraphServer(options)
  const url = await listen(server, config.listen)
  const endpoint = endpointOf(url, config.advertisedUrl)
  const registration = endpoint === undefined ? undefined : plane.register(endpoint)
  log.info({ url, endpoint }, 'subgraph listens')
  return {
    url,
    async close() {
      draining = true
      await Promise.all([registration?.end(), closeServer(server, config.drainMs), links.close(config.drainMs)])
      await Promise.all([graphql.stop(), plane.close(), tracer?.stop()])
      log.info('subgraph stopped')
    },
  }
}
