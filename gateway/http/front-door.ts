import type { HttpServer } from '../../shared/http/http-server.js'
import type { LoopTime } from '../../shared/load/loop-wait.js'
import type { RequestMetrics } from '../telemetry/request-metrics.js'
import type { UsageReporter } from '../usage/usage-reporter.js'
import type { EndedRequest } from '../usage/used.js'
import { Door, type DoorOptions } from './door.js'
import { createHttpServer, type HttpServerOptions } from './server.js'

export interface FrontDoorOptions
  extends Pick<HttpServerOptions, 'routes' | 'authenticate' | 'provenance' | 'maxConnections' | 'log' | 'now'> {
  readonly shedder: DoorOptions['shedder']
  readonly loop: Pick<LoopTime, 'monotonic' | 'endOfTurn'>
  readonly usage: Pick<UsageReporter, 'count'>
  readonly requests: Pick<RequestMetrics, 'begin' | 'close' | 'end'>
}

/** The server of a gateway with its door, where every request to GraphQL is counted when it has ended. */
export function createFrontDoor(options: FrontDoorOptions): HttpServer {
  const { usage, requests, loop } = options
  const onEnded = (ended: EndedRequest) => {
    usage.count(ended)
    requests.end(ended)
  }
  const door = new Door({ ...options, onEnded })
  return createHttpServer({ ...options, door, monotonic: loop.monotonic, onEnded })
}
