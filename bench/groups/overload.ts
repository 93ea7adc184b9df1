import { setTimeout as wait } from 'node:timers/promises'
import type { Network } from '../../deploy/launcher/network.js'
import { poissonArrivals } from '../load/arrivals.js'
import { postRequest } from '../load/connection.js'
import { openLoop } from '../load/open-loop.js'
import { quantile } from '../load/quantile.js'
import { residentMb } from '../memory.js'
import { rowOfSample } from '../row-of-sample.js'
import type { Row } from '../series.js'
import { newClientKey } from '../subjects/clients.js'
import { rowBodies } from '../subjects/one-row.js'
import { atGateway, closedSubject } from '../subjects/targets.js'

const CAPACITY_MS = 4_000
const SEED = 30
const MAX_CONNECTIONS = 4_000
const PATIENCE_MS = 10_000
/** Memory is read when requests have ended and garbage has had this time to be collected, in milliseconds. */
const REST_MS = 3_000

/**
 * Twice as much as the gateway and its subgraph can answer, for a while: every other request is a mission-critical client's.
 * Capacity is what 32 callers get that wait for their answers.
 */
export async function overloadRows(network: Network, milliseconds: number): Promise<readonly Row[]> {
  const served = atGateway(network, rowBodies())
  const callers = closedSubject({ name: 'capacity', concurrency: 32, reference: 'capacity' }, served)
  await callers.sample(CAPACITY_MS)
  const capacity = rowOfSample('capacity', 32, await callers.sample(CAPACITY_MS))
  await wait(REST_MS)
  const memoryBeforeMb = memoryOf(served.pids)
  const overload = await overloaded(network, poissonArrivals(2 * capacity.rps, milliseconds, SEED), milliseconds)
  await wait(REST_MS)
  const memory = { memoryBeforeMb, memoryRatio: memoryOf(served.pids) / memoryBeforeMb }
  return [capacity, { ...overload, extra: { ...overload.extra, ...memory } }]
}

async function overloaded(network: Network, times: Float64Array, milliseconds: number): Promise<Row> {
  const url = new URL('/graphql', network.gatewayUrl)
  const requests = await requestsOf(network, url, rowBodies())
  const outcome = new Outcome()
  const spent = process.cpuUsage()
  const unanswered = await openLoop({
    url,
    times,
    maxConnections: MAX_CONNECTIONS,
    patienceMs: PATIENCE_MS,
    request: (index) => requests[index % requests.length]!,
    answered: (index, status, body, latencyMs) => outcome.take(isCritical(index), status, body, latencyMs),
  })
  const { user, system } = process.cpuUsage(spent)
  return outcome.row(times.length, milliseconds, { unanswered, loadCpuUs: (user + system) / times.length })
}

function isCritical(index: number): boolean {
  return index % 2 === 0
}

/** An even number, so that each client's requests stay its own in rotation. */
async function requestsOf(network: Network, url: URL, bodies: readonly Buffer[]): Promise<readonly Buffer[]> {
  const critical = await newClientKey(network, 'bench-critical', 'MISSION_CRITICAL')
  const internal = await newClientKey(network, 'bench-internal', 'INTERNAL')
  return [...bodies, ...bodies].map((body, index) =>
    postRequest(url, { authorization: `Bearer ${isCritical(index) ? critical : internal}` }, body),
  )
}

function memoryOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + (residentMb(pid) ?? Number.NaN), 0)
}

/** What became of the requests, by the client they came from. */
class Outcome {
  readonly #accepted = { critical: [] as number[], internal: [] as number[] }
  readonly #refused: number[] = []
  #refusedCritical = 0
  #failed = 0

  take(critical: boolean, status: number, body: Buffer, latencyMs: number): void {
    if (status === 200 && !body.includes('"errors"')) {
      this.#accepted[critical ? 'critical' : 'internal'].push(latencyMs)
    } else if (body.includes('"OVERLOADED"')) {
      this.#refused.push(latencyMs)
      if (critical) this.#refusedCritical++
    } else this.#failed++
  }

  row(offered: number, milliseconds: number, beside: Readonly<Record<string, number>>): Row {
    const accepted = [...this.#accepted.critical, ...this.#accepted.internal]
    const sample = { count: accepted.length, seconds: milliseconds / 1_000, latenciesMs: accepted }
    const refused = this.#refused.sort((a, b) => a - b)
    const extra = {
      offered,
      refused: refused.length,
      refusedCritical: this.#refusedCritical,
      failed: this.#failed,
      ...(refused.length > 0 && { refusedP99Ms: quantile(refused, 0.99) }),
      criticalAcceptedShare: this.#accepted.critical.length / Math.ceil(offered / 2),
      criticalP99Ms: quantile(
        this.#accepted.critical.sort((a, b) => a - b),
        0.99,
      ),
      ...beside,
    }
    return { ...rowOfSample('overload', 0, sample), extra }
  }
}
