import { Lane } from './lane.js'
import type { Slice, Ticket } from './ticket.js'

/** Runs that may pass over waiting batch rows in a row; the next one starts with them. */
export const BATCH_PATIENCE = 8

/**
 * Rows that wait for a run of one version.
 *
 * Order: interactive blocks before batch blocks, first come first served. Two rules soften it. A block that is longer
 * than half a run gives the other half to those behind it and goes to the back of its lane, so a block of 10,000 rows
 * does not hold up a block of one. And after {@link BATCH_PATIENCE} runs that took no batch rows while some waited, the
 * next run starts with the batch lane, so batch rows get at least a ninth of the runs and never starve.
 *
 * Rows of a failed run wait in a lane of their own for a run of one, every other run at most, so that a failure costs
 * the other rows half the executor's time at worst.
 */
export class RowQueue {
  /** Rows that wait, second tries not counted. */
  rows = 0
  #batchRows = 0
  readonly #interactive = new Lane<Ticket>()
  readonly #batch = new Lane<Ticket>()
  readonly #alone = new Lane<Slice>()
  #passedOver = 0
  #lastWasAlone = false

  get isEmpty(): boolean {
    return this.rows === 0 && this.#alone.length === 0
  }

  /**
   * Interactive rows that go before those of a new block of `rows`, at most, where a run takes `limit`: longer blocks take
   * turns with it.
   */
  ahead(rows: number, limit: number): number {
    const each = Math.max(rows, limit >> 1, 1)
    return Math.min(this.rows - this.#batchRows, this.#interactive.length * each)
  }

  push(ticket: Ticket): void {
    this.rows += ticket.waiting
    if (ticket.priority === 'batch') this.#batchRows += ticket.waiting
    this.#laneOf(ticket).push(ticket)
  }

  /** A row of a failed run, to be tried once more alone. */
  pushAlone(slice: Slice): void {
    this.#alone.push(slice)
  }

  /** Rows for the next run, at most `limit`; empty when none waits. */
  take(limit: number): Slice[] {
    const alone = this.#lastWasAlone && this.rows > 0 ? undefined : this.#alone.shift()
    this.#lastWasAlone = alone !== undefined
    return alone === undefined ? this.#takeRun(limit) : [alone]
  }

  /** Removes the rows of every block that `matches`, as one slice a block. */
  extract(matches: (ticket: Ticket) => boolean): Slice[] {
    const tickets = [...this.#interactive.extract(matches), ...this.#batch.extract(matches)]
    const slices = tickets.map((ticket) => ticket.take(ticket.waiting))
    for (const slice of slices) this.#forget(slice)
    return [...slices, ...this.#alone.extract((slice) => matches(slice.ticket))]
  }

  /** The first deadline among the rows that wait. */
  earliestDeadline(): number {
    let earliest = Number.POSITIVE_INFINITY
    for (const ticket of [...this.#interactive, ...this.#batch]) earliest = Math.min(earliest, ticket.deadline)
    for (const { ticket } of this.#alone) earliest = Math.min(earliest, ticket.deadline)
    return earliest
  }

  #takeRun(limit: number): Slice[] {
    const slices: Slice[] = []
    const batchFirst = this.#passedOver >= BATCH_PATIENCE
    const left = fillFrom(batchFirst ? this.#batch : this.#interactive, slices, limit, limit)
    const room = fillFrom(batchFirst ? this.#interactive : this.#batch, slices, left, limit)
    this.rows -= limit - room
    this.#batchRows -= batchFirst ? limit - left : left - room
    const served = batchFirst || room < left
    this.#passedOver = served || this.#batch.length === 0 ? 0 : this.#passedOver + 1
    return slices
  }

  #forget({ ticket, from, to }: Slice): void {
    this.rows -= to - from
    if (ticket.priority === 'batch') this.#batchRows -= to - from
  }

  #laneOf(ticket: Ticket): Lane<Ticket> {
    return ticket.priority === 'interactive' ? this.#interactive : this.#batch
  }
}

function fillFrom(lane: Lane<Ticket>, slices: Slice[], room: number, limit: number): number {
  const share = Math.max(1, limit >> 1)
  let left = room
  while (left > 0) {
    const ticket = lane.shift()
    if (ticket === undefined) return left
    const rows = Math.min(ticket.waiting, left, lane.length > 0 ? share : left)
    slices.push(ticket.take(rows))
    left -= rows
    if (ticket.waiting > 0) lane.push(ticket)
  }
  return left
}
