import { ModelgraphError } from '../errors/modelgraph-error.js'
import type { RowBlock, TensorSet } from '../tensor/row-block.js'
import type { Priority, RunOptions, RunTimes } from './engine.js'

/** When a run ended, by the monotonic clock, and how long it took, in milliseconds; shared by the blocks that had rows in it. */
export interface RunEnd {
  readonly endedAt: number
  readonly runMs: number
}

/** A block in the queue: which of its rows still wait, and how many have not ended. */
export class Ticket implements RunTimes {
  readonly block: RowBlock
  readonly options: RunOptions
  /** By the monotonic clock. */
  readonly enqueuedAt: number
  /** The first row that waits; the rows before it have been taken. */
  next = 0
  /** Rows that have neither been decoded nor failed. */
  open: number
  #end: RunEnd | undefined
  readonly #done: (times: RunTimes) => void

  constructor(block: RowBlock, options: RunOptions, enqueuedAt: number, done: (times: RunTimes) => void) {
    this.block = block
    this.options = options
    this.enqueuedAt = enqueuedAt
    this.open = block.length
    this.#done = done
  }

  get priority(): Priority {
    return this.options.priority
  }

  get deadline(): number {
    return this.options.deadline
  }

  get queueMs(): number {
    return this.#end === undefined ? 0 : Math.max(0, this.#end.endedAt - this.#end.runMs - this.enqueuedAt)
  }

  get runMs(): number {
    return this.#end === undefined ? 0 : this.#end.runMs
  }

  get waiting(): number {
    return this.block.length - this.next
  }

  /** Takes the next rows out of the wait. */
  take(rows: number): Slice {
    const from = this.next
    this.next += rows
    return { ticket: this, from, to: this.next, alone: false }
  }

  /** Notes the run by which rows are about to end. */
  time(end: RunEnd): void {
    this.#end = end
  }

  /** Counts rows as ended; the last one ends the wait for the block. */
  end(rows: number): void {
    this.open -= rows
    if (this.open === 0) this.#done(this)
  }
}

/** Consecutive rows of one block in one run. */
export interface Slice {
  readonly ticket: Ticket
  readonly from: number
  readonly to: number
  /** A row of a failed run on its second and last try. */
  readonly alone: boolean
}

/** Hands the rows of a slice, which start at row `at` of the outputs, to their block. */
export function decodeSlice(slice: Slice, outputs: TensorSet, at: number): void {
  const { ticket, from, to } = slice
  try {
    ticket.block.decode(from, to, outputs, at)
    ticket.end(to - from)
  } catch (cause) {
    failSlice(slice, blockFault('read from the output tensors', cause))
  }
}

export function failSlice(slice: Slice, error: ModelgraphError): void {
  const { ticket, from, to } = slice
  try {
    ticket.block.fail(from, to, error)
  } catch {
    // A block that cannot even record a failure has nobody left to tell; its caller must not wait for ever.
  }
  ticket.end(to - from)
}

/** A block threw, which it may not: a fault of ours that must not touch the other blocks of the run. */
export function blockFault(what: string, cause: unknown): ModelgraphError {
  return new ModelgraphError('INTERNAL_SERVER_ERROR', `The rows could not be ${what}.`, {}, cause)
}
