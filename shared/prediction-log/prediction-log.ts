import type { Environment } from '../control/protocol.js'
import type { Log } from '../telemetry/log.js'
import type { Answered } from './answered.js'
import { ChunkBuilder, type SealedChunk } from './chunk-builder.js'
import { type Deliver, Delivery } from './delivery.js'
import { Entry, type RecordedModel } from './entry.js'
import { LogCounts, type LogOutcome, type PredictionLogStatus } from './log-counts.js'
import type { Spool } from './spool.js'
import { spoolLine } from './spool-lines.js'

export interface PredictionLogOptions {
  readonly environment: Environment
  readonly models: ReadonlyMap<string, RecordedModel>
  readonly spool: Spool
  readonly deliver: Deliver
  /** Uniform in [0, 1). */
  readonly random: () => number
  readonly log: Log
  /** Waits; ends early, by rejecting, when the signal aborts. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<unknown>
  /** Values of rows that wait in memory, at most (default 4,000,000, some 64 MB). */
  readonly mostWaitingValues?: number
  /** Lets requests in between two pieces of work. */
  readonly breathe: () => Promise<unknown>
}

/** Where predictions are recorded. */
export interface PredictionLog {
  /** Takes note of answered rows. Never waits, never throws. */
  record(answered: Answered): void
  status(): PredictionLogStatus
  /** Writes what waits, delivers what it can within two seconds; the rest stays on disk. */
  close(): Promise<void>
}

/** Answered rows wait no longer than this to be written to the spool, in milliseconds. */
export const FLUSH_MS = 250
/** Nor when there are so many of them. */
export const FLUSH_ROWS = 2_000
const MOST_WAITING_VALUES = 4_000_000
const CLOSE_MS = 2_000

/** Records into a spool on disk, from where it is delivered to the registry. */
export class SpooledPredictionLog implements PredictionLog {
  readonly #options: PredictionLogOptions
  readonly #delivery: Delivery
  readonly #counts = new LogCounts()
  readonly #said = new Set<LogOutcome>()
  readonly #running: Promise<void>
  #waiting: Entry[] = []
  #waitingRows = 0
  #waitingValues = 0
  #stopping = false
  #hurry = () => {}

  constructor(options: PredictionLogOptions) {
    this.#options = options
    this.#delivery = new Delivery({ ...options, counts: this.#counts })
    this.#running = this.#run()
  }

  record(answered: Answered): void {
    try {
      this.#take(answered)
    } catch (error) {
      this.#lose('dropped_fault', lengthOf(answered), error)
    }
  }

  status(): PredictionLogStatus {
    return { rows: this.#counts.rows, waitingRows: this.#waitingRows, spoolBytes: this.#options.spool.bytes }
  }

  async close(): Promise<void> {
    this.#stopping = true
    this.#hurry()
    await this.#running
    await this.#flush()
    await this.#delivery.finish(CLOSE_MS)
    await this.#options.spool.close()
  }

  #take(answered: Answered): void {
    const { models, mostWaitingValues = MOST_WAITING_VALUES } = this.#options
    const model = models.get(answered.model)
    if (!model) return
    const places = this.#sampled(answered, model.sample)
    if (places.length === 0) return
    const entry = new Entry(answered, model, places)
    if (this.#waitingValues + entry.weight > mostWaitingValues) {
      this.#lose('dropped_memory', places.length)
      return
    }
    this.#waiting.push(entry)
    this.#waitingRows += places.length
    this.#waitingValues += entry.weight
    if (this.#waitingRows >= FLUSH_ROWS) this.#hurry()
  }

  #sampled({ ids, places }: Answered, sample: number): readonly number[] {
    const asked = places ?? ids.map((_, place) => place)
    if (sample >= 100) return asked
    const taken = asked.filter(() => this.#options.random() * 100 < sample)
    this.#counts.add('sampled_out', asked.length - taken.length)
    return taken
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      await this.#nextFlush()
      await this.#flush()
    }
  }

  async #nextFlush(): Promise<void> {
    if (this.#waitingRows >= FLUSH_ROWS) return
    const early = new AbortController()
    this.#hurry = () => {
      this.#hurry = () => {}
      early.abort()
    }
    await this.#options.pause(FLUSH_MS, early.signal).catch(() => {})
  }

  /** Writes everything that waits now, a chunk at a time, so that requests come in between. */
  async #flush(): Promise<void> {
    const entries = this.#waiting
    this.#waiting = []
    for (const group of byVersion(entries)) await this.#flushGroup(group)
    for (const { places, weight } of entries) {
      this.#waitingRows -= places.length
      this.#waitingValues -= weight
    }
  }

  async #flushGroup(group: readonly Entry[]): Promise<void> {
    let left = group.reduce((rows, { places }) => rows + places.length, 0)
    try {
      for (const chunk of this.#chunksOf(group)) {
        left -= chunk.rows
        await this.#write(chunk)
        await this.#options.breathe()
      }
    } catch (error) {
      this.#lose('dropped_fault', left, error)
    }
  }

  *#chunksOf(group: readonly Entry[]): Iterable<SealedChunk> {
    let builder: ChunkBuilder | undefined
    for (const entry of group) {
      for (let from = 0; from < entry.places.length; ) {
        builder ??= new ChunkBuilder(this.#options.environment, entry)
        const taken = builder.take(entry, from)
        from += taken
        if (taken > 0) continue
        yield* builder.seal()
        builder = undefined
      }
    }
    if (builder) yield* builder.seal()
  }

  async #write({ json, rows }: SealedChunk): Promise<void> {
    try {
      const room = await this.#options.spool.append(spoolLine(json))
      if (room) this.#counts.add('spooled', rows)
      else this.#lose('dropped_spool', rows)
      this.#delivery.wake()
    } catch (error) {
      this.#lose('dropped_disk', rows, error)
    }
  }

  /** Said once for each reason; counted always. */
  #lose(outcome: LogOutcome, rows: number, error?: unknown): void {
    this.#counts.add(outcome, rows)
    if (this.#said.has(outcome)) return
    this.#said.add(outcome)
    this.#options.log.error({ outcome, err: error }, 'predictions are not recorded; the metrics count how many')
  }
}

/** Where nothing is recorded. */
export const NO_PREDICTION_LOG: PredictionLog = {
  record: () => {},
  status: () => ({ rows: new LogCounts().rows, waitingRows: 0, spoolBytes: 0 }),
  close: async () => {},
}

function lengthOf({ ids, places }: Answered): number {
  return places?.length ?? ids?.length ?? 0
}

function byVersion(entries: readonly Entry[]): Iterable<readonly Entry[]> {
  const groups = new Map<string, Entry[]>()
  for (const entry of entries) {
    const key = `${entry.answered.model}@${entry.answered.version}`
    const group = groups.get(key)
    if (group) group.push(entry)
    else groups.set(key, [entry])
  }
  return groups.values()
}
