import type { Log } from '../telemetry/log.js'
import type { Answered } from './answered.js'
import { type CopiedModel, Entry } from './entry.js'
import { LogCounts, type PredictionLogStatus } from './log-counts.js'
import { LogLosses } from './log-losses.js'
import { OpenBatches } from './open-batches.js'
import type { PredictionLog } from './prediction-log.js'
import { WaitingBatches } from './waiting-batches.js'
import type { FromWriter, WriterLink, WriterProgress } from './writer-protocol.js'

export interface BatchedPredictionLogOptions {
  readonly models: ReadonlyMap<string, CopiedModel>
  /** To who writes the batches. */
  readonly link: WriterLink
  /** Uniform in [0, 1). */
  readonly random: () => number
  readonly log: Log
  /** Waits; ends early, by rejecting, when the signal aborts. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<unknown>
  /** Values of rows that wait in memory, at most (default 4,000,000, some 64 MB); of a text, eight characters are one. */
  readonly mostWaitingValues?: number
  /** Lets requests in between two pieces of work. */
  readonly breathe: () => Promise<unknown>
}

/** Answered rows wait no longer than this to be sent to who writes them, in milliseconds. */
export const FLUSH_MS = 250
/** Rows that are copied before requests come in again. */
const TURN_ROWS = 500
const MOST_WAITING_VALUES = 4_000_000

/** Copies what is recorded into batches and sends them to who writes them: all that it costs the thread that answers. */
export class BatchedPredictionLog implements PredictionLog {
  readonly #options: BatchedPredictionLogOptions
  readonly #counts = new LogCounts()
  readonly #losses: LogLosses
  readonly #waiting = new WaitingBatches()
  readonly #stopping = new AbortController()
  readonly #closed: Promise<void>
  #close = () => {}
  readonly #batches: OpenBatches
  /** Calls that are not copied whole, behind one that has too many rows for one turn. */
  #fresh: Entry[] = []
  #gathering: Promise<void> | undefined
  #isFlushDue = false
  #spoolBytes = 0

  constructor(options: BatchedPredictionLogOptions) {
    this.#options = options
    this.#losses = new LogLosses(this.#counts, options.log)
    this.#closed = new Promise((resolve) => {
      this.#close = resolve
    })
    this.#batches = new OpenBatches(options.link, this.#waiting)
    options.link.follow({ onMessage: (message) => this.#told(message), onLost: () => this.#lost() })
  }

  record(answered: Answered): void {
    try {
      this.#take(answered)
    } catch (error) {
      this.#losses.add('dropped_fault', lengthOf(answered), error)
    }
  }

  status(): PredictionLogStatus {
    return { rows: this.#counts.rows, waitingRows: this.#waiting.rows, spoolBytes: this.#spoolBytes }
  }

  async close(): Promise<void> {
    this.#stopping.abort()
    await this.#gathering
    this.#batches.send()
    this.#options.link.send({ type: 'close' }, [])
    await this.#closed
  }

  #take(answered: Answered): void {
    const { models, mostWaitingValues = MOST_WAITING_VALUES } = this.#options
    const model = models.get(answered.model)
    if (!model) return
    const places = model.sample < 100 ? this.#sampled(answered, model.sample) : answered.places
    const entry = new Entry(answered, model, places)
    const rows = entry.left
    if (rows === 0) return
    const values = rows * model.fields.valuesPerRow
    if (this.#waiting.values + values > mostWaitingValues) {
      this.#losses.add('dropped_memory', rows)
      return
    }
    this.#waiting.add(rows, values)
    if (this.#fresh.length === 0 && rows <= TURN_ROWS) this.#copy(entry, rows)
    else this.#later(entry)
    if (!this.#isFlushDue) this.#flushSoon()
  }

  #sampled({ ids, places }: Answered, sample: number): readonly number[] {
    const asked = places ?? ids.map((_, place) => place)
    const taken = asked.filter(() => this.#options.random() * 100 < sample)
    this.#counts.add('sampled_out', asked.length - taken.length)
    return taken
  }

  #later(entry: Entry): void {
    this.#fresh.push(entry)
    this.#gathering ??= this.#gather()
  }

  async #gather(): Promise<void> {
    while (this.#fresh.length > 0) {
      await this.#options.breathe()
      let room = TURN_ROWS
      while (room > 0 && this.#fresh.length > 0) {
        const entry = this.#fresh[0]!
        const rows = Math.min(room, entry.left)
        room -= rows
        if (!this.#copy(entry, rows) || entry.left === 0) this.#fresh.shift()
      }
    }
    this.#gathering = undefined
  }

  /** Copies the entry's next rows; false where they cannot be read, and then nothing of it waits any more. */
  #copy(entry: Entry, rows: number): boolean {
    try {
      for (let left = rows; left > 0; ) left -= this.#batches.copy(entry, left)
      return true
    } catch (error) {
      const { left } = entry
      this.#waiting.settle({ rows: left, values: left * entry.model.fields.valuesPerRow })
      this.#losses.add('dropped_fault', left, error)
      return false
    }
  }

  #flushSoon(): void {
    this.#isFlushDue = true
    const { pause } = this.#options
    pause(FLUSH_MS, this.#stopping.signal).then(
      () => this.#flush(),
      () => {},
    )
  }

  #flush(): void {
    this.#isFlushDue = false
    this.#batches.send()
    if (this.#fresh.length > 0) this.#flushSoon()
  }

  #told(message: FromWriter): void {
    if (message.type === 'progress') this.#settle(message)
    else if (message.type === 'closed') this.#close()
  }

  #settle({ settled, rows, spoolBytes, read }: WriterProgress): void {
    for (const cells of read) this.#batches.keep(cells)
    this.#counts.addAll(rows)
    this.#waiting.settleTo(settled)
    this.#spoolBytes = spoolBytes
  }

  /** What the writer held and had not told of as settled is counted as lost; that can be more than was. */
  #lost(): void {
    const rows = this.#waiting.loseSent()
    this.#losses.add('dropped_thread', rows)
    if (this.#stopping.signal.aborted) this.#close()
  }
}

function lengthOf({ ids, places }: Answered): number {
  return places?.length ?? ids?.length ?? 0
}
