import { setTimeout as wait } from 'node:timers/promises'
import type { Network } from '../../deploy/launcher/network.js'
import { poissonArrivals } from '../load/arrivals.js'
import { postRequest } from '../load/connection.js'
import { glance } from '../load/glances.js'
import { openLoop } from '../load/open-loop.js'
import { residentMb } from '../memory.js'
import { rowOfSample } from '../row-of-sample.js'
import type { Row } from '../series.js'
import { newClientKey } from '../subjects/clients.js'
import { closedSubject, type Served } from '../subjects/targets.js'
import { OverloadOutcome } from './overload-outcome.js'

/** What is asked for more often than it can be answered. */
export interface Overloaded {
  /** Of the rows: `capacity-<name>` and `overload-<name>`. */
  readonly name: string
  readonly model: string
  readonly served: Served
  readonly bodies: readonly Buffer[]
  /** So many callers that wait for their answers get as much as there is, and are refused nothing. */
  readonly callers: number
  /** 99 % of the answers come within this time at capacity, in milliseconds. */
  readonly fineMs: number
}

const CALLERS_MS = 3_000
const STEP_MS = 4_000
/**
 * Rates tried for capacity, of what the callers get that wait for their answers: the first that is fine, or the last. Each
 * is tried three times, for a pause of the machine is no want of capacity.
 */
const STEPS = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3]
const TRIES = 3
/** Before anything counts, requests come at a rate that can be answered: connections are no longer new, and code is compiled. */
const LEAD_MS = 2_000
const SEED = 30
/** All stand before it begins, as those of clients do: to accept one costs more than to refuse a request. */
const CONNECTIONS = 1_000
const PATIENCE_MS = 10_000
/** Memory is read when requests have ended and garbage has had this time to be collected, in milliseconds. */
const REST_MS = 3_000
/** One request of so many comes from a mission-critical client: at twice the capacity, half of the capacity. */
const CRITICAL_EVERY = 4

/**
 * The highest rate at which everything is answered in time, found by steps; then twice that for a while, of which a quarter
 * comes from a mission-critical client.
 */
export async function overloadRows(network: Network, given: Overloaded, milliseconds: number): Promise<readonly Row[]> {
  const requests = await requestsOf(network, given)
  const capacity = await capacityOf(given, requests)
  await wait(REST_MS)
  const before = memoryOf(given.served.pids)
  const overload = await offer(requests, { before: capacity.rps, perSecond: 2 * capacity.rps, milliseconds })
  await wait(REST_MS)
  const memoryMb = memoryOf(given.served.pids)
  const extra = { memoryBeforeMb: before, memoryRatio: memoryMb / before }
  const row = overload.outcome.row(`overload-${given.name}`, milliseconds, overload.offered, {
    ...overload.beside,
    ...extra,
  })
  return [capacity, row]
}

async function capacityOf(
  { name, served, callers: concurrency, fineMs }: Overloaded,
  requests: Requests,
): Promise<Row> {
  const callers = closedSubject({ name, concurrency, reference: name }, served)
  await callers.sample(CALLERS_MS)
  const most = rowOfSample(name, concurrency, await callers.sample(CALLERS_MS)).rps
  const tries = STEPS.flatMap((step) => Array<number>(TRIES).fill(step))
  for (const [index, share] of tries.entries()) {
    const perSecond = share * most
    const { outcome, offered, beside } = await offer(requests, { before: perSecond, perSecond, milliseconds: STEP_MS })
    const isFine = outcome.isFine(offered.all, fineMs)
    const step = { ...beside, fine: Number(isFine), ofClosedLoop: share }
    if (isFine || index === tries.length - 1) return outcome.row(`capacity-${name}`, STEP_MS, offered, step)
  }
  throw new Error('There are no steps.')
}

/** Requests as they are sent, in rotation. */
interface Requests {
  readonly url: URL
  readonly of: (index: number) => Buffer
}

interface Rate {
  /** Requests a second in the time that does not count. */
  readonly before: number
  readonly perSecond: number
  readonly milliseconds: number
}

async function offer({ url, of }: Requests, { before, perSecond, milliseconds }: Rate) {
  const lead = poissonArrivals(before, LEAD_MS, SEED + 1)
  const counted = poissonArrivals(perSecond, milliseconds, SEED)
  const times = Float64Array.from([...lead, ...counted.map((time) => LEAD_MS + time)])
  const outcome = new OverloadOutcome()
  const spent = process.cpuUsage()
  const unanswered = await openLoop({
    url,
    times,
    maxConnections: CONNECTIONS,
    firstConnections: CONNECTIONS,
    patienceMs: PATIENCE_MS,
    pace: glance,
    request: of,
    answered: (index, status, body, latencyMs) => {
      if (index >= lead.length) outcome.take(isCritical(index), status, body, latencyMs)
    },
  })
  const { user, system } = process.cpuUsage(spent)
  const offered = { all: counted.length, critical: criticalOf(times.length) - criticalOf(lead.length) }
  return { outcome, offered, beside: { unanswered, loadCpuUs: (user + system) / times.length } }
}

/** How many of the first requests come from the mission-critical client. */
function criticalOf(count: number): number {
  return Math.ceil(count / CRITICAL_EVERY)
}

function isCritical(index: number): boolean {
  return index % CRITICAL_EVERY === 0
}

async function requestsOf(network: Network, { model, bodies }: Overloaded): Promise<Requests> {
  const url = new URL('/graphql', network.gatewayUrl)
  const [critical, internal] = await Promise.all([
    newClientKey(network, { client: `bench-critical-${model}`, model, criticality: 'MISSION_CRITICAL' }),
    newClientKey(network, { client: `bench-internal-${model}`, model, criticality: 'INTERNAL' }),
  ])
  const signed = (key: string) => bodies.map((body) => postRequest(url, { authorization: `Bearer ${key}` }, body))
  const [asCritical, asInternal] = [signed(critical), signed(internal)]
  return { url, of: (index) => (isCritical(index) ? asCritical : asInternal)[index % bodies.length]! }
}

function memoryOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + (residentMb(pid) ?? Number.NaN), 0)
}
