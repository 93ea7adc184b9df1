import { createEngine } from '../../shared/inference/create-engine.js'
import { openSession, type Session } from '../../shared/inference/session.js'
import type { RowBlock, TensorSet } from '../../shared/tensor/row-block.js'
import type { Sample } from '../load/closed-loop.js'
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
  await engine.load({ id: VERSION, path: modelPath, fit: () => [], example: async (n) => blockOf(rows.slice(0, n)) })
  const batch = await bestBatch(session, rows)

  let next = 0
  const one = async () => {
    const block = blockOf([rows[next++ % rows.length]!])
    await engine.run(VERSION, block, { deadline: Date.now() + 10_000, priority: 'interactive' })
    if (block.failed) throw block.failed
  }
  const runBatch = (size: number) => () => {
    next += size
    return session.run(batchOf(rows, next, size))
  }
  const subject = (
    name: string,
    concurrency: number,
    rowsPerOperation: number,
    work: () => Promise<unknown>,
  ): Subject => ({
    name,
    concurrency,
    rowsPerOperation,
    reference: name === 'bare-run' ? 'bare-run' : 'offline',
    pids: [process.pid],
    sample: (milliseconds) => callLoop(work, concurrency, milliseconds),
  })
  return {
    subjects: [
      subject('bare-run', 1, 1, runBatch(1)),
      subject('batcher', 1, 1, one),
      subject('batcher', 32, 1, one),
      subject('offline', 1, batch, runBatch(batch)),
    ],
    close: async () => {
      await engine.close()
      await session.close()
    },
  }
}

/** `concurrency` callers, each asking again when it is answered. */
async function callLoop(work: () => Promise<unknown>, concurrency: number, milliseconds: number): Promise<Sample> {
  const latencies: number[] = []
  const started = performance.now()
  const until = started + milliseconds
  const caller = async () => {
    while (performance.now() < until) {
      const asked = performance.now()
      await work()
      latencies.push(performance.now() - asked)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, caller))
  const seconds = (performance.now() - started) / 1_000
  return { count: latencies.length, seconds, latenciesMs: latencies.sort((a, b) => a - b) }
}

async function bestBatch(session: Session, rows: readonly Float32Array[]): Promise<number> {
  const rates = []
  for (const size of OFFLINE_BATCHES) {
    const sample = await callLoop(() => session.run(batchOf(rows, 0, size)), 1, 300)
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

function blockOf(rows: readonly Float32Array[]): RowBlock & { failed: Error | undefined; answers: number[] } {
  return {
    length: rows.length,
    failed: undefined,
    answers: [],
    encode(from, to, into, at) {
      const features = into.features!
      const width = features.shape[1]!
      for (let row = from; row < to; row++) (features.data as Float32Array).set(rows[row]!, (at + row - from) * width)
    },
    decode(from, to, outputs, at) {
      const probabilities = outputs.probabilities!.data as Float32Array
      for (let row = from; row < to; row++) this.answers.push(probabilities[2 * (at + row - from) + 1]!)
    },
    fail(_from, _to, error) {
      this.failed = error
    },
  }
}
