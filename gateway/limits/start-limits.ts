import type { ControlClient } from '../../shared/control/client.js'
import { LoopWait, systemLoop } from '../../shared/load/loop-wait.js'
import type { Log } from '../../shared/telemetry/log.js'
import type { GatewayConfig } from '../config.js'
import { MemoryCounters } from './counting/memory-counters.js'
import { QuotaLedger } from './counting/quota-ledger.js'
import { RedisCounters } from './counting/redis/redis-counters.js'
import { RedisStore } from './counting/redis/redis-store.js'
import { TAKE_SCRIPT } from './counting/redis/take-script.js'
import type { Counters } from './counting/taking.js'
import { Limits } from './limits.js'
import { Shedder } from './shedding/shedder.js'

export interface LimitsParts {
  readonly log: Log
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Resolves after so many milliseconds, or when the signal aborts. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>
  /** Uniform in [0, 1). */
  readonly random: () => number
  readonly registry: Pick<ControlClient, 'quotaUsed'>
  /** Names this process. */
  readonly instance: string
}

/** All that decides how much may be asked, with what runs beside requests for it. */
export interface RunningLimits {
  readonly limits: Limits
  readonly shedder: Shedder
  /** Where rates and quotas are counted now; undefined without Redis, where it never changes. */
  readonly countedIn: (() => 'redis' | 'memory') | undefined
  start(): void
  /** Tells the registry what is left to tell. */
  stop(): Promise<void>
}

/** Nothing runs before `start`. */
export function createLimits(config: GatewayConfig, parts: LimitsParts): RunningLimits {
  const { now, random } = parts
  const wait = new LoopWait(systemLoop)
  const shedder = new Shedder({ ...config.load, wait, monotonic: systemLoop.monotonic, random })
  const { counters, countedIn, start, stop } = createCounting(config, parts)
  return {
    limits: new Limits({ request: config.request, rates: config.rates, counters, shedder, now }),
    shedder,
    countedIn,
    start,
    stop,
  }
}

interface Counting extends Pick<RunningLimits, 'countedIn' | 'start' | 'stop'> {
  readonly counters: Counters
}

/** The name under which all gateways on one Redis tell the registry of quotas. */
const SHARED = 'shared'

function createCounting(config: GatewayConfig, parts: LimitsParts): Counting {
  const own = createLedger(parts, parts.instance)
  const memory = new MemoryCounters(own, parts.now)
  if (!config.redisUrl) {
    return { counters: memory, countedIn: undefined, start: () => own.start(), stop: () => own.stop() }
  }
  const ledger = createLedger(parts, SHARED)
  const store = new RedisStore(config.redisUrl, TAKE_SCRIPT, parts.log)
  const { environment } = config
  const counters = new RedisCounters({ ...parts, store, environment, ledger, insurance: memory })
  const start = () => {
    for (const room of [store, own, ledger]) room.start()
  }
  const stop = async () => {
    store.stop()
    await Promise.all([own.stop(), ledger.stop()])
  }
  return { counters, countedIn: () => (counters.isShared ? 'redis' : 'memory'), start, stop }
}

function createLedger({ registry, pause, now }: LimitsParts, instance: string): QuotaLedger {
  return new QuotaLedger({ tell: registry.quotaUsed, instance, pause, now })
}
