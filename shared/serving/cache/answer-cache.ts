import type { TensorSet } from '../../tensor/row-block.js'

/** A row's outputs as the model gave them: tensors of one row each. */
export type RowOutputs = TensorSet

/** What an entry takes beside its tensors: key, list and map, in bytes. */
const OVERHEAD_BYTES = 500

/**
 * Outputs of rows that models have answered, by digests of what they follow from. When there is no room the least recently
 * used are forgotten.
 */
export class AnswerCache {
  /** In order of use. */
  readonly #entries = new Map<string, { readonly outputs: RowOutputs; readonly bytes: number }>()
  #bytes = 0

  constructor(private readonly capacityBytes: number) {}

  get size(): number {
    return this.#entries.size
  }

  /** Memory in use, in bytes, nearly. */
  get bytes(): number {
    return this.#bytes
  }

  get(key: string): RowOutputs | undefined {
    const entry = this.#entries.get(key)
    if (!entry) return undefined
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    return entry.outputs
  }

  /** An entry that is larger than the whole cache is not kept. */
  set(key: string, outputs: RowOutputs): void {
    this.#forget(key)
    const bytes = OVERHEAD_BYTES + bytesOf(outputs)
    if (bytes > this.capacityBytes) return
    this.#entries.set(key, { outputs, bytes })
    this.#bytes += bytes
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.capacityBytes) return
      this.#forget(oldest)
    }
  }

  #forget(key: string): void {
    this.#bytes -= this.#entries.get(key)?.bytes ?? 0
    this.#entries.delete(key)
  }
}

function bytesOf(outputs: RowOutputs): number {
  return Object.values(outputs).reduce(
    (sum, { data }) => sum + (Array.isArray(data) ? textBytes(data) : data.byteLength),
    0,
  )
}

function textBytes(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + 2 * text.length, 0)
}
