import type { Environment } from '../control/protocol.js'
import type { Log } from '../telemetry/log.js'
import type { Answered } from './answered.js'
import { type Deliver, Delivery } from './delivery.js'
import { Entry, type RecordedModel } from './entry.js'
import { LogCounts, type LogOutcome, type PredictionLogStatus } from './log-counts.js'
import type { SealedChunk, Waiting } from './open-chunk.js'
import { OpenChunks } from './open-chunks.js'
import type { Spool } from './spool.js'

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
/** Rows that are put into chunks before requests come in again. */
const TURN_ROWS = 500
/** Bytes that are written at once, when there are so many. */
const WRITE_BYTES = 1_000_000
const MOST_WAITING_VALUES = 4_000_000
const CLOSE_MS = 2_000

/** Records into a spool on disk, from where it is delivered to the registry. */
export class SpooledPredictionLog implements PredictionLog {
  readonly #options: PredictionLogOptions
  readonly #delivery: Delivery
  readonly #counts = new LogCounts()
  readonly #said = new Set<LogOutcome>()
  readonly #running: Promise<void>
  readonly #chunks: OpenChunks
  /** Calls that no chunk has taken yet. */
  #fresh: Entry[] = []
  #gathering: Promise<void> | undefined
  #waitingRows = 0
  #waitingValues = 0
  #stopping = false
  #hurry = () => {}

  constructor(options: PredictionLogOptions) {
    this.#options = options
    this.#chunks = new OpenChunks(options.environment, (lost, error) => this.#fault(lost, error))
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
    const places = model.sample < 100 ? this.#sampled(answered, model.sample) : answered.places
    const entry = new Entry(answered, model, places)
    const rows = entry.left
    const values = rows * model.fields.valuesPerRow
    if (rows === 0) return
    if (this.#waitingValues + values > mostWaitingValues) {
      this.#lose('dropped_memory', rows)
      return
    }
    this.#fresh.push(entry)
    this.#waitingRows += rows
    this.#waitingValues += values
    this.#gathering ??= this.#gather()
    if (this.#waitingRows >= FLUSH_ROWS) this.#hurry()
  }

  #sampled({ ids, places }: Answered, sample: number): readonly number[] {
    const asked = places ?? ids.map((_, place) => place)
    const taken = asked.filter(() => this.#options.random() * 100 < sample)
    this.#counts.add('sampled_out', asked.length - taken.length)
    return taken
  }

  /** Puts what came in into chunks, soon, so that requests are not kept in memory until they are written. */
  async #gather(): Promise<void> {
    while (this.#fresh.length > 0) {
      await this.#options.breathe()
      this.#gatherTurn()
    }
    this.#gathering = undefined
  }

  #gatherTurn(): void {
    const entries = this.#fresh
    this.#fresh = []
    let room = TURN_ROWS
    for (const [index, entry] of entries.entries()) {
      try {
        while (room > 0 && entry.left > 0) room -= this.#chunks.take(entry, room)
      } catch (error) {
        this.#fault({ rows: entry.left, values: entry.left * entry.model.fields.valuesPerRow }, error)
        entry.took(entry.left)
      }
      if (entry.left === 0) continue
      this.#fresh = entries.slice(index)
      return
    }
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

  /** Writes everything that came in until now, a chunk at a time, so that requests come in between. */
  async #flush(): Promise<void> {
    const newest = this.#fresh.at(-1)
    while (newest && newest.left > 0) await this.#options.breathe()
    const chunks: SealedChunk[] = []
    let bytes = 0
    for (const chunk of this.#chunks.drain()) {
      chunks.push(chunk)
      bytes += chunk.line.length
      if (bytes >= WRITE_BYTES) await this.#write(chunks.splice(0))
      await this.#options.breathe()
    }
    await this.#write(chunks)
  }

  async #write(chunks: readonly SealedChunk[]): Promise<void> {
    if (chunks.length === 0) return
    try {
      const written = await this.#options.spool.append(chunks.map(({ line }) => line))
      this.#counts.add('spooled', sumOf(chunks.slice(0, written)).rows)
      if (written < chunks.length) this.#lose('dropped_spool', sumOf(chunks.slice(written)).rows)
      this.#delivery.wake()
    } catch (error) {
      this.#lose('dropped_disk', sumOf(chunks).rows, error)
    }
    this.#settle(sumOf(chunks))
  }

  #fault(lost: Waiting, error: unknown): void {
    this.#lose('dropped_fault', lost.rows, error)
    this.#settle(lost)
  }

  /** They wait no longer. */
  #settle({ rows, values }: Waiting): void {
    this.#waitingRows -= rows
    this.#waitingValues -= values
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

function sumOf(chunks: readonly SealedChunk[]): Waiting {
  return {
    rows: chunks.reduce((sum, { rows }) => sum + rows, 0),
    values: chunks.reduce((sum, { values }) => sum + values, 0),
  }
}
