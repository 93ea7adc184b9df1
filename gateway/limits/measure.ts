import { type ClientLimits, NO_LIMITS, OPEN_DELIVERY } from '../../shared/control/protocol.js'
import { LoopWait, systemLoop } from '../../shared/load/loop-wait.js'
import type { RequestContext } from '../request-context.js'
import type { Demand } from './cost/demand.js'
import { MemoryCounters } from './counting/memory-counters.js'
import { QuotaCounter } from './counting/quota-counter.js'
import { Limits } from './limits.js'
import { Shedder } from './shedding/shedder.js'

/**
 * What the limits cost a request, in microseconds of CPU, counted in memory: `node dist/gateway/limits/measure.js`.
 */
const ROUNDS = 7
const REQUESTS = 200_000

const rate = () => ({ perSecond: 1e9, burst: 1_000_000_000 })
const CASES: Readonly<Record<string, ClientLimits>> = {
  'nothing limited': NO_LIMITS,
  'a rate': { ...NO_LIMITS, rate: rate() },
  'a rate, a rate of the model, a quota': {
    rate: rate(),
    models: { risk: rate() },
    quota: { predictions: 1_000_000_000, period: 'DAY' },
  },
}
const DEMAND: Demand = { cost: 2, rows: 1, models: new Map([['risk', 1]]) }

const counter = new QuotaCounter('measured', 'DAY')
const shedder = new Shedder({
  maxRequests: 1_000,
  maxDelayMs: 20,
  wait: new LoopWait(systemLoop),
  monotonic: systemLoop.monotonic,
  random: Math.random,
})
const limits = new Limits({
  request: { maxCost: 500_000, maxRows: 200_000, listSize: 10 },
  rates: { client: null, models: {} },
  counters: new MemoryCounters({ counterOf: () => counter }, Date.now),
  shedder,
  now: Date.now,
})

for (const [name, given] of Object.entries(CASES)) {
  const context = contextWith(given)
  const times = Array.from({ length: ROUNDS }, () => microseconds(() => limits.refusal(DEMAND, false, context)))
  process.stdout.write(`${name}: ${Math.min(...times).toFixed(2)} µs\n`)
}

function microseconds(work: () => unknown): number {
  const before = process.cpuUsage()
  for (let request = 0; request < REQUESTS; request++) work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / REQUESTS
}

function contextWith(given: ClientLimits): RequestContext {
  const caller = { subject: 'client:1', client: 'app', scopes: [], environment: 'test' }
  const terms = { clientId: '1', keyId: 'key-1', limits: given, delivery: OPEN_DELIVERY }
  const signal = { aborted: false, addEventListener: () => {}, removeEventListener: () => {} }
  return { requestId: 'measured', caller, terms, deadlineAt: 0, signal, record: {} }
}
