import { type KeyHolder, NO_LIMITS, OPEN_DELIVERY } from '../../shared/control/protocol.js'
import type { HttpServer } from '../../shared/http/http-server.js'
import { hashApiKey } from '../../shared/identity/api-key.js'
import { CRITICALITIES, type Criticality, criticalityOf } from '../../shared/identity/claims.js'
import { LoopWait, systemLoop } from '../../shared/load/loop-wait.js'
import { createLog } from '../../shared/telemetry/log.js'
import { Networks } from '../delivery/networks.js'
import { Provenance } from '../delivery/provenance.js'
import { callerOf } from '../http/exchange.js'
import { createFrontDoor } from '../http/front-door.js'
import type { Route } from '../http/routes.js'
import { createAuthenticate } from '../identity/authenticate.js'
import { Shedder } from '../limits/shedding/shedder.js'
import { RequestMetrics } from '../telemetry/request-metrics.js'
import { UsageReporter } from '../usage/usage-reporter.js'

/** What the two clients of a stage show. */
export const KEYS: Readonly<Record<Criticality, string>> = { INTERNAL: 'internal', MISSION_CRITICAL: 'critical' }

export interface Stage {
  readonly server: HttpServer
  readonly shedder: Shedder
}

/**
 * A front door like the gateway's, down to who calls and what is counted, with nothing behind it: it knows its two clients
 * beforehand, answers every request alike, and tells nobody of them.
 */
export function createStage(): Stage {
  const wait = new LoopWait(systemLoop)
  const { monotonic } = systemLoop
  const shedder = new Shedder({ maxRequests: 1_000, maxDelayMs: 10, wait, monotonic, random: Math.random })
  const log = createLog('rehearsal', 'silent')
  const server = createFrontDoor({
    routes: [answerRoute(shedder)],
    authenticate: authenticateOnStage(),
    provenance: new Provenance(new Networks([])),
    shedder,
    loop: systemLoop,
    maxConnections: 1_000,
    usage: new UsageReporter({ instance: '', send: async () => 'counted', pause: async () => {}, now: Date.now, log }),
    requests: RequestMetrics.unregistered(),
    log,
    now: Date.now,
  })
  return { server, shedder }
}

function answerRoute(shedder: Shedder): Route {
  const answered = Promise.resolve({ status: 200, body: '{"data":{"__typename":"Query"}}' })
  return {
    methods: ['POST'],
    path: '/graphql',
    answer: (exchange) => shedder.run(criticalityOf(callerOf(exchange).identity), () => answered),
  }
}

function authenticateOnStage() {
  const holders = new Map(CRITICALITIES.map((kind) => [hashApiKey(KEYS[kind]), holderOf(kind)]))
  const keys = { has: (hash: string) => holders.has(hash), holderOf: (hash: string) => holders.get(hash) }
  return createAuthenticate({ keys, environment: 'test', now: Date.now })
}

function holderOf(criticality: Criticality): KeyHolder {
  const client = `rehearsal-${criticality}`
  return {
    revision: '',
    keyId: client,
    clientId: client,
    client,
    environment: 'test',
    scopes: [],
    expiresAt: null,
    criticality,
    limits: NO_LIMITS,
    delivery: OPEN_DELIVERY,
  }
}
