import type { TensorSet } from '../tensor/row-block.js'
import type { TensorSpec } from '../tensor/signature.js'
import { allocateTensors } from './tensor-set.js'

const FIRST_ROWS = 64

/** Input tensors that are used again from run to run; they grow by doubling to the rows that runs really have. */
export class InputPool {
  readonly #specs: readonly TensorSpec[]
  #free: TensorSet[] = []
  #rows: number

  constructor(specs: readonly TensorSpec[], firstRows = FIRST_ROWS) {
    this.#specs = specs
    this.#rows = firstRows
  }

  /** Tensors with room for at least `rows` rows. */
  lend(rows: number): TensorSet {
    if (rows > this.#rows) {
      while (this.#rows < rows) this.#rows *= 2
      this.#free = []
    }
    return this.#free.pop() ?? allocateTensors(this.#specs, this.#rows)
  }

  give(tensors: TensorSet): void {
    if (roomOf(tensors) === this.#rows) this.#free.push(tensors)
  }
}

function roomOf(tensors: TensorSet): number {
  for (const name in tensors) return tensors[name]!.shape[0]!
  return 0
}
