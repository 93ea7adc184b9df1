import { performance } from 'node:perf_hooks'
import { createEngine } from '../../shared/inference/create-engine.js'
import { openSession, type Session } from '../../shared/inference/session.js'
import type { RowBlock, TensorSet } from '../../shared/tensor/row-block.js'
import type { Sample } from '../load/closed-loop.js'
import { Latencies } from '../load/latencies.js'
import { featureNames, type Measurements, measurements } from '../records.js'
import type { Subject } from '../series.js'

/** The best of these is `offline`: what the runtime gives when it is fed whole batches and nothing else happens. */
const OFFLINE_BATCHES = [64, 128, 256, 512, 1024]
const VERSION = 'malignancy-risk@2'

/**
 * The tree ensemble in this process: `bare-run` (one run a row), `batcher` (callers with one row each, through the
 * engine) and `offline` (whole batches).
 */
export async function inProcessSubjects(modelPath: string): Promise<{ subjects: Subject[]; close(): Promise<void> }> {
  const session = await openSession(modelPath, { intraOpThreads: 1, outputs: ['probabilities'] })
  const engine = createEngine()
  const names = featureNames()
  const rows = measurements().map((record) => Float32Array.from(names, (name) => record[name as keyof Measurements]!))
  await engine.load({
    id: VERSION,
    path: modelPath,
    fit: () => [],
    example: async (n) => exampleOf(rows, n),
    outputs: ['probabilities'],
  })
  const batch = await bestBatch(session, rows)

  let next = 0
  const options = { deadline: Number.MAX_SAFE_INTEGER, priority: 'interactive' } as const
  const batchedCaller = () => {
    const row = new OneRow()
    return () => {
      row.features = rows[next++ % rows.length]!
      return engine.run(VERSION, row, options)
    }
  }
  const offlineCaller = (size: number) => () => () => {
    next += size
    return session.run(batchOf(rows, next, size))
  }
  const subject = (name: string, concurrency: number, rowsPerOperation: number, caller: NewCaller): Subject => ({
    name,
    concurrency,
    rowsPerOperation,
    reference: name === 'bare-run' ? 'bare-run' : 'offline',
    pids: [process.pid],
    sample: sampleOf(caller, concurrency),
  })
  return {
    subjects: [
      subject('bare-run', 1, 1, offlineCaller(1)),
      subject('batcher', 1, 1, batchedCaller),
      subject('batcher', 32, 1, batchedCaller),
      subject('offline', 1, batch, offlineCaller(batch)),
    ],
    close: async () => {
      await engine.close()
      await session.close()
    },
  }
}

/** Makes a caller: a function that asks once. */
type NewCaller = () => () => Promise<unknown>

function sampleOf(caller: NewCaller, concurrency: number): Subject['sample'] {
  const latencies = new Latencies()
  return (milliseconds) => callLoop(caller, concurrency, milliseconds, latencies)
}

/** `concurrency` callers, each asking again when it is answered. */
async function callLoop(
  newCaller: NewCaller,
  concurrency: number,
  milliseconds: number,
  latencies: Latencies,
): Promise<Sample> {
  latencies.clear()
  const started = performance.now()
  const until = started + milliseconds
  const loop = async () => {
    const ask = newCaller()
    for (let asked = started; asked < until; ) {
      await ask()
      const answered = performance.now()
      latencies.add(answered - asked)
      asked = answered
    }
  }
  await Promise.all(Array.from({ length: concurrency }, loop))
  const seconds = (performance.now() - started) / 1_000
  return { count: latencies.count, seconds, latenciesMs: latencies.all }
}

async function bestBatch(session: Session, rows: readonly Float32Array[]): Promise<number> {
  const rates = []
  for (const size of OFFLINE_BATCHES) {
    const sample = await sampleOf(() => () => session.run(batchOf(rows, 0, size)), 1)(300)
    rates.push({ size, rate: (sample.count * size) / sample.seconds })
  }
  return rates.reduce((best, entry) => (entry.rate > best.rate ? entry : best)).size
}

function batchOf(rows: readonly Float32Array[], from: number, size: number): TensorSet {
  const width = rows[0]!.length
  const data = new Float32Array(size * width)
  for (let row = 0; row < size; row++) data.set(rows[(from + row) % rows.length]!, row * width)
  return { features: { datatype: 'float32', shape: [size, width], data } }
}

/** The one row of a caller, asked with other features each time. Its own cost is kept small, for it counts against the engine. */
class OneRow implements RowBlock {
  readonly length: number = 1
  features!: Float32Array
  probability = Number.NaN

  encode(_from: number, _to: number, into: TensorSet, at: number): void {
    ;(into.features!.data as Float32Array).set(this.features, at * this.features.length)
  }

  decode(_from: number, _to: number, outputs: TensorSet, at: number): void {
    this.probability = (outputs.probabilities!.data as Float32Array)[2 * at + 1]!
  }

  fail(_from: number, _to: number, error: Error): void {
    throw error
  }
}

function exampleOf(rows: readonly Float32Array[], length: number): RowBlock {
  const { features } = batchOf(rows, 0, length)
  return {
    length,
    encode: (from, to, into, at) => {
      const width = rows[0]!.length
      const slice = (features!.data as Float32Array).subarray(from * width, to * width)
      ;(into.features!.data as Float32Array).set(slice, at * width)
    },
    decode: () => {},
    fail: (_from, _to, error) => {
      throw error
    },
  }
}
