import { SizedCache } from '../../cache/sized-cache.js'
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
  readonly #outputs: SizedCache<RowOutputs>

  constructor(capacityBytes: number) {
    this.#outputs = new SizedCache({ bytes: capacityBytes })
  }

  get size(): number {
    return this.#outputs.size
  }

  /** Memory in use, in bytes, nearly. */
  get bytes(): number {
    return this.#outputs.bytes
  }

  get(key: string): RowOutputs | undefined {
    return this.#outputs.get(key)
  }

  /** An entry that is larger than the whole cache is not kept. */
  set(key: string, outputs: RowOutputs): void {
    this.#outputs.set(key, outputs, OVERHEAD_BYTES + bytesOf(outputs))
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
