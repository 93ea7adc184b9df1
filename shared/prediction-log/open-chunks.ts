import type { Environment } from '../control/protocol.js'
import type { Entry } from './entry.js'
import { OpenChunk, type SealedChunk, type Waiting } from './open-chunk.js'

/** The chunks that rows are gathered in, one for each model version, and those that are ready to be written. */
export class OpenChunks {
  readonly #open = new Map<string, Map<number | null, OpenChunk>>()
  #sealed: SealedChunk[] = []

  /** `onFault` is told of rows that no chunk could be made of. */
  constructor(
    private readonly environment: Environment,
    private readonly onFault: (lost: Waiting, error: unknown) => void,
  ) {}

  /** Takes the next rows of the entry, `most` at most; answers how many. */
  take(entry: Entry, most: number): number {
    const chunk = this.#chunkFor(entry)
    const taken = chunk.take(entry, most)
    if (taken > 0) return taken
    this.#seal(chunk)
    return chunk.take(entry, most)
  }

  /** Empties what is ready, then what is open, chunk by chunk. */
  *drain(): Iterable<SealedChunk> {
    for (const versions of this.#open.values()) {
      for (const [version, chunk] of versions) {
        // A version that answers no more keeps no room.
        if (chunk.rows === 0) versions.delete(version)
        else this.#seal(chunk)
        yield* this.#sealed.splice(0)
      }
    }
  }

  #seal(chunk: OpenChunk): void {
    const { waiting } = chunk
    try {
      this.#sealed.push(...chunk.seal())
    } catch (error) {
      this.onFault(waiting, error)
    }
  }

  #chunkFor({ answered, model: recorded }: Entry): OpenChunk {
    const { model, version = null } = answered
    const versions = this.#open.get(model) ?? new Map<number | null, OpenChunk>()
    this.#open.set(model, versions)
    const chunk = versions.get(version) ?? new OpenChunk({ environment: this.environment, model, version, recorded })
    versions.set(version, chunk)
    return chunk
  }
}
