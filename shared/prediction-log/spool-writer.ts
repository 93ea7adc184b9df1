import type { Environment } from '../control/protocol.js'
import type { Log } from '../telemetry/log.js'
import { type Deliver, Delivery } from './delivery.js'
import { LogCounts } from './log-counts.js'
import { LogLosses } from './log-losses.js'
import type { RecordedModel, SealedChunk } from './open-chunk.js'
import { OpenChunks } from './open-chunks.js'
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

/** So many rows are written without waiting for more. */
const FLUSH_ROWS = 2_000
/** Bytes that are written at once, when there are so many. */
const WRITE_BYTES = 1_000_000
const CLOSE_MS = 2_000

/** Makes chunks of batches, writes them to the spool and has it delivered to the registry. */
export class SpoolWriter {
  readonly #options: SpoolWriterOptions
  readonly #counts = new LogCounts()
  readonly #losses: LogLosses
  readonly #chunks: OpenChunks
  readonly #delivery: Delivery
  /** The last batch that was put into chunks. */
  #taken = 0
  #settled = 0
  #rows = 0
  #isDue = false
  #writing: Promise<void> | undefined

  constructor(options: SpoolWriterOptions) {
    const { environment, models, log } = options
    this.#options = options
    this.#losses = new LogLosses(this.#counts, log)
    const onFault = (rows: number, error: unknown) => this.#losses.add('dropped_fault', rows, error)
    this.#chunks = new OpenChunks({ environment, models, onFault })
    this.#delivery = new Delivery({ ...options, counts: this.#counts, onProgress: () => this.#report() })
    this.#report()
  }

  /** Does what it is told; when that was to close, resolves once it is done. */
  async told(message: ToWriter): Promise<void> {
    switch (message.type) {
      case 'batch':
        return this.#take(message)
      case 'flush':
        return this.#flush()
      case 'close':
        return this.#close()
    }
  }

  #take({ number, batch }: ToWriter & { type: 'batch' }): void {
    this.#chunks.take(batch)
    this.#taken = number
    this.#rows += batch.rows
    this.#options.tell({ type: 'read', cells: batch.cells }, [batch.cells.buffer as ArrayBuffer])
    if (this.#rows >= FLUSH_ROWS) this.#flush()
  }

  #flush(): void {
    this.#isDue = true
    this.#writing ??= this.#writeDue()
  }

  async #writeDue(): Promise<void> {
    while (this.#isDue) {
      this.#isDue = false
      await this.#writeAll()
    }
    this.#writing = undefined
  }

  async #writeAll(): Promise<void> {
    const taken = this.#taken
    this.#rows = 0
    const pieces = inPieces(this.#chunks.drain())
    for (const chunks of pieces) await this.#write(chunks)
    this.#settled = taken
    this.#report()
  }

  async #write(chunks: readonly SealedChunk[]): Promise<void> {
    try {
      const written = await this.#options.spool.append(chunks.map(({ line }) => line))
      this.#counts.add('spooled', rowsOf(chunks.slice(0, written)))
      this.#losses.add('dropped_spool', rowsOf(chunks.slice(written)))
      this.#delivery.wake()
    } catch (error) {
      this.#losses.add('dropped_disk', rowsOf(chunks), error)
    }
  }

  async #close(): Promise<void> {
    this.#flush()
    await this.#writing
    await this.#delivery.finish(CLOSE_MS)
    await this.#options.spool.close()
    this.#report()
  }

  #report(): void {
    const { spool, tell } = this.#options
    const rows = this.#counts.take()
    tell({ type: 'progress', settled: this.#settled, rows, spoolBytes: spool.bytes }, [])
  }
}

/** Everything is made before the first is written: what comes meanwhile belongs to the next write. */
function inPieces(chunks: Iterable<SealedChunk>): SealedChunk[][] {
  const pieces: SealedChunk[][] = []
  let bytes = WRITE_BYTES
  for (const chunk of chunks) {
    if (bytes >= WRITE_BYTES) {
      pieces.push([])
      bytes = 0
    }
    pieces.at(-1)!.push(chunk)
    bytes += chunk.line.length
  }
  return pieces
}

function rowsOf(chunks: readonly SealedChunk[]): number {
  return chunks.reduce((sum, { rows }) => sum + rows, 0)
}
