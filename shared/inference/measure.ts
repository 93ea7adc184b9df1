import type { RowBlock, TensorSet } from '../tensor/row-block.js'
import { createEngine } from './create-engine.js'
import type { Engine, RunOptions } from './engine.js'
import { fixture } from './fixtures/artifacts.js'
import { openSession, type Session } from './session.js'

/**
 * What the batcher costs, in process, on the synthetic tree ensemble (200 trees, 30 features):
 * `node dist/shared/inference/measure.js`. Every pair of figures is sampled in alternation, and inputs rotate, since a
 * batch that is run again and again teaches the processor its branches.
 */
const ROUNDS = 25
const SAMPLE_MS = 100
const FEATURES = 30
const ROWS = 1 << 15
const OFFLINE_ROWS = [32, 128, 512]
const CALLERS = 32
const LATER: RunOptions = { deadline: Number.POSITIVE_INFINITY, priority: 'interactive' }

const table = Float32Array.from({ length: ROWS * FEATURES }, () => Math.random() * 2 - 1)
let cursor = 0

/** One row of the table; the generated encoder of a contract costs the same. */
class TableRow implements RowBlock {
  readonly length = 1
  readonly #row = nextRows(1)
  probability = Number.NaN

  encode(_from: number, _to: number, into: TensorSet, at: number): void {
    const data = into.features!.data as Float32Array
    const start = this.#row * FEATURES
    for (let column = 0; column < FEATURES; column++) data[at * FEATURES + column] = table[start + column]!
  }

  decode(_from: number, _to: number, outputs: TensorSet, at: number): void {
    this.probability = (outputs.probabilities!.data as Float32Array)[at * 2 + 1]!
  }

  fail(_from: number, _to: number, error: Error): void {
    throw error
  }
}

await main()

async function main(): Promise<void> {
  const session = await openSession(fixture('trees'), { intraOpThreads: 1, outputs: ['probabilities'] })
  const engine = createEngine()
  await engine.load({
    id: 'trees@1',
    path: fixture('trees'),
    outputs: ['probabilities'],
    fit: () => [],
    example: async () => new TableRow(),
    settings: { placement: 'inline' },
  })
  await throughput(session, engine)
  await latency(session, engine)
  await engine.close()
  await session.close()
}

async function throughput(session: Session, engine: Engine): Promise<void> {
  const rates = await alternate({
    batcher: () => callers(engine),
    ...Object.fromEntries(OFFLINE_ROWS.map((rows) => [`offline ${rows}`, () => offline(session, rows)])),
  })
  for (const [name, samples] of Object.entries(rates)) print(`${name}: ${Math.round(median(samples))} rows/s`)
  for (const [name, samples] of Object.entries(rates)) {
    if (name !== 'batcher') print(`batcher at ${CALLERS} callers / ${name}: ${ratio(rates.batcher!, samples)}`)
  }
}

async function latency(session: Session, engine: Engine): Promise<void> {
  const times = await alternate({
    bare: () => medianMicros(() => session.run(slice(1))),
    engine: () => medianMicros(() => engine.run('trees@1', new TableRow(), LATER)),
  })
  for (const [name, samples] of Object.entries(times)) print(`one row, ${name}: ${median(samples).toFixed(1)} µs`)
  print(`p50 of one caller / bare run: ${ratio(times.engine!, times.bare!)}`)
}

/** Rows a second of callers that each ask for one row after another. */
async function callers(engine: Engine): Promise<number> {
  let rows = 0
  let open = true
  const timer = setTimeout(() => {
    open = false
  }, SAMPLE_MS)
  const start = performance.now()
  const caller = async () => {
    for (; open; rows++) await engine.run('trees@1', new TableRow(), LATER)
  }
  await Promise.all(Array.from({ length: CALLERS }, caller))
  clearTimeout(timer)
  return (rows / (performance.now() - start)) * 1000
}

/** Rows a second of runs of `size` rows that lie ready in their tensor. */
async function offline(session: Session, size: number): Promise<number> {
  let rows = 0
  const start = performance.now()
  while (performance.now() - start < SAMPLE_MS) {
    await session.run(slice(size))
    rows += size
  }
  return (rows / (performance.now() - start)) * 1000
}

async function medianMicros(run: () => Promise<unknown>): Promise<number> {
  const times: number[] = []
  const start = performance.now()
  while (performance.now() - start < SAMPLE_MS) {
    const before = performance.now()
    await run()
    times.push((performance.now() - before) * 1000)
  }
  return median(times)
}

/** Samples of each variant, taken in turns; the first rounds warm up and are not counted. */
async function alternate(variants: Record<string, () => Promise<number>>): Promise<Record<string, number[]>> {
  const samples: Record<string, number[]> = {}
  for (let round = -3; round < ROUNDS; round++) {
    for (const [name, sample] of Object.entries(variants)) {
      const value = await sample()
      if (round >= 0) samples[name] = [...(samples[name] ?? []), value]
    }
  }
  return samples
}

/** The median over the rounds of one variant's figure by the other's: what the machine does besides meets both. */
function ratio(ours: readonly number[], theirs: readonly number[]): string {
  return median(ours.map((value, round) => value / theirs[round]!)).toFixed(2)
}

function slice(rows: number): TensorSet {
  const start = nextRows(rows) * FEATURES
  const data = table.subarray(start, start + rows * FEATURES)
  return { features: { datatype: 'float32', shape: [rows, FEATURES], data } }
}

function nextRows(rows: number): number {
  if (cursor + rows > ROWS) cursor = 0
  const start = cursor
  cursor += rows
  return start
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
