import type { Environment } from '../control/protocol.js'
import type { Batch, CallOrigin } from './batch.js'
import { BatchReader } from './batch-reader.js'
import { OpenChunk, type RecordedModel, type SealedChunk } from './open-chunk.js'

export interface OpenChunksOptions {
  readonly environment: Environment
  readonly models: ReadonlyMap<string, RecordedModel>
  /** Told of rows that no chunk could be made of. */
  readonly onFault: (rows: number, error: unknown) => void
}

/** The chunks that rows are gathered in, one for each model version, and those that are ready to be written. */
export class OpenChunks {
  readonly #open = new Map<string, Map<number | null, OpenChunk>>()
  #sealed: SealedChunk[] = []

  constructor(private readonly options: OpenChunksOptions) {}

  /** Takes the rows of a batch, to the last, or to the first that cannot be read. */
  take(batch: Batch): void {
    let taken = 0
    try {
      const reader = new BatchReader(batch)
      while (!reader.isAtEnd) {
        const call = reader.call()
        for (let row = 0; row < call.rows; row++, taken++) {
          const next = reader.row(call)
          this.#admitting(call.origin, next.id).take(call, next, reader)
        }
      }
    } catch (error) {
      this.options.onFault(batch.rows - taken, error)
    }
  }

  /** Empties what is ready, then what is open, chunk by chunk. */
  *drain(): Iterable<SealedChunk> {
    yield* this.#sealed.splice(0)
    for (const versions of this.#open.values()) {
      for (const [version, chunk] of versions) {
        // A version that answers no more keeps no room.
        if (chunk.rows === 0) versions.delete(version)
        else this.#seal(chunk)
        yield* this.#sealed.splice(0)
      }
    }
  }

  #admitting(origin: CallOrigin, id: string): OpenChunk {
    const chunk = this.#chunkFor(origin)
    if (!chunk.admits(id)) this.#seal(chunk)
    return chunk
  }

  #seal(chunk: OpenChunk): void {
    const { rows } = chunk
    try {
      this.#sealed.push(...chunk.seal())
    } catch (error) {
      this.options.onFault(rows, error)
    }
  }

  #chunkFor({ model, version }: CallOrigin): OpenChunk {
    const { environment, models } = this.options
    const versions = this.#open.get(model) ?? new Map<number | null, OpenChunk>()
    this.#open.set(model, versions)
    const chunk = versions.get(version) ?? new OpenChunk({ environment, model, version, recorded: models.get(model)! })
    versions.set(version, chunk)
    return chunk
  }
}
