import type { Network } from '../../deploy/launcher/network.js'
import { poissonArrivals } from '../load/arrivals.js'
import { refusedAnswer, type Sample, type Target } from '../load/closed-loop.js'
import { Latencies } from '../load/latencies.js'
import { openLoop } from '../load/open-loop.js'
import type { MeasuredProcess } from '../process.js'
import type { Subject } from '../series.js'
import { bareBodies, rowBodies } from './one-row.js'
import { atBare, atGateway, type Served } from './targets.js'

const PER_SECOND = 300
const SEED = 569
/** An open loop is slow on purpose: a sample takes this many times as long, for a tail to be seen. */
const LONGER = 4

const MAX_CONNECTIONS = 1_000
const PATIENCE_MS = 10_000

/** One row, 300 requests a second at times that nobody's answers move. */
export function openSubjects(network: Network, bare: MeasuredProcess): Subject[] {
  return [
    openSubject('open-bare', atBare(bare, '/', bareBodies())),
    openSubject('open-gateway', atGateway(network, rowBodies())),
  ]
}

function openSubject(name: string, { pids, target }: Served): Subject {
  const sample = (milliseconds: number) =>
    openSample(target(), poissonArrivals(PER_SECOND, LONGER * milliseconds, SEED))
  return { name, concurrency: 0, rowsPerOperation: 1, reference: 'open-bare', pids, ownLoad: true, sample }
}

async function openSample(target: Target, times: Float64Array): Promise<Sample> {
  const latencies = new Latencies()
  const unanswered = await openLoop({
    url: target.url,
    times,
    maxConnections: MAX_CONNECTIONS,
    patienceMs: PATIENCE_MS,
    request: (index) => target.requests[index % target.requests.length]!,
    answered: (_index, status, body, latencyMs) => {
      if (!target.accept(body, status)) throw refusedAnswer(target, status, body)
      latencies.add(latencyMs)
    },
  })
  if (unanswered > 0) throw new Error(`${target.url} left ${unanswered} requests without an answer.`)
  return { count: latencies.count, seconds: times.at(-1)! / 1_000, latenciesMs: latencies.all }
}
