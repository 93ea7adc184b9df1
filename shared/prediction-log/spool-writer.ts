import type { Environment } from '../control/protocol.js'
import type { Log } from '../telemetry/log.js'
import type { Batch } from './batch.js'
import { type Deliver, Delivery } from './delivery.js'
import { LogCounts } from './log-counts.js'
import { LogLosses } from './log-losses.js'
import { type RecordedModel, sealChunk } from './seal-chunk.js'
import type { Spool } from './spool.js'
import type { FromWriter, ToWriter } from './writer-protocol.js'

export interface SpoolWriterOptions {
  readonly environment: Environment
  readonly models: ReadonlyMap<string, RecordedModel>
  readonly spool: Spool
  readonly deliver: Deliver
  /** Uniform in [0, 1). */
  readonly random: () => number
  readonly log: Log
  /** Waits; ends early, by rejecting, when the signal aborts. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<unknown>
  readonly tell: (message: FromWriter, transfer: readonly ArrayBuffer[]) => void
}

const CLOSE_MS = 2_000
/** So many bytes are written at once, so that no segment becomes larger than what the registry takes. */
const WRITE_BYTES = 1_000_000

/** A chunk as it is written, and the last batch that it or those before it are made of. */
interface SealedChunk {
  readonly rows: number
  readonly frame: Buffer
  readonly number: number
}

/** Makes chunks of batches, writes them to the spool and has it delivered to the registry. */
export class SpoolWriter {
  readonly #options: SpoolWriterOptions
  readonly #counts = new LogCounts()
  readonly #losses: LogLosses
  readonly #delivery: Delivery
  #sealed: SealedChunk[] = []
  /** Cells of batches that chunks were made of, to be given back. */
  #read: Float64Array[] = []
  #settled = 0
  #writing: Promise<void> | undefined

  constructor(options: SpoolWriterOptions) {
    this.#options = options
    this.#losses = new LogLosses(this.#counts, options.log)
    this.#delivery = new Delivery({ ...options, counts: this.#counts, onProgress: () => this.#report() })
    this.#report()
  }

  /** Does what it is told; when that was to close, resolves once it is done. */
  async told(message: ToWriter): Promise<void> {
    if (message.type === 'batch') this.#take(message)
    else await this.#close()
  }

  #take({ number, batch }: ToWriter & { type: 'batch' }): void {
    const { rows, cells } = batch
    this.#sealed.push({ rows, number, frame: this.#frameOf(batch) })
    this.#read.push(cells)
    this.#writing ??= this.#write()
  }

  /** Nothing where it cannot be made a chunk of. */
  #frameOf(batch: Batch): Buffer {
    const { environment, models } = this.#options
    try {
      return sealChunk(batch, environment, models.get(batch.model)!)
    } catch (error) {
      this.#losses.add('dropped_fault', batch.rows, error)
      return NOTHING
    }
  }

  /** What comes while a write is under way is written with the next. */
  async #write(): Promise<void> {
    while (this.#sealed.length > 0) {
      const chunks = this.#sealed.splice(0, pieceOf(this.#sealed))
      await this.#append(chunks.filter(({ frame }) => frame !== NOTHING))
      this.#settled = chunks.at(-1)!.number
      this.#report()
    }
    this.#writing = undefined
  }

  async #append(chunks: readonly SealedChunk[]): Promise<void> {
    if (chunks.length === 0) return
    try {
      const written = await this.#options.spool.append(chunks.map(({ frame }) => frame))
      this.#counts.add('spooled', rowsOf(chunks.slice(0, written)))
      this.#losses.add('dropped_spool', rowsOf(chunks.slice(written)))
      this.#delivery.wake()
    } catch (error) {
      this.#losses.add('dropped_disk', rowsOf(chunks), error)
    }
  }

  async #close(): Promise<void> {
    await this.#writing
    await this.#delivery.finish(CLOSE_MS)
    await this.#options.spool.close()
    this.#report()
  }

  #report(): void {
    const { spool, tell } = this.#options
    const rows = this.#counts.take()
    const read = this.#read.splice(0)
    const buffers = read.map(({ buffer }) => buffer as ArrayBuffer)
    tell({ type: 'progress', settled: this.#settled, rows, spoolBytes: spool.bytes, read }, buffers)
  }
}

const NOTHING = Buffer.alloc(0)

/** How many of the first chunks are written together. */
function pieceOf(chunks: readonly SealedChunk[]): number {
  let bytes = 0
  const last = chunks.findIndex(({ frame }) => {
    bytes += frame.length
    return bytes >= WRITE_BYTES
  })
  return last < 0 ? chunks.length : last + 1
}

function rowsOf(chunks: readonly SealedChunk[]): number {
  return chunks.reduce((sum, { rows }) => sum + rows, 0)
}
