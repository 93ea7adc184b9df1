import type { Priority } from './engine.js'
import { Lane } from './lane.js'
import type { Slice, Ticket } from './ticket.js'

/** Runs that may pass over waiting batch rows in a row; the next one starts with them. */
export const BATCH_PATIENCE = 8

/** The rows of one priority, first come first served. */
class Waiting {
  rows = 0
  readonly lane = new Lane<Ticket>()
  /** Runs in a row that took none of them while some waited. */
  passedOver = 0

  push(ticket: Ticket): void {
    this.rows += ticket.waiting
    this.lane.push(ticket)
  }

  /** Adds rows to a run of `limit` that has room for `room`; answers the room that is left. */
  fill(slices: Slice[], room: number, limit: number): number {
    const left = fillFrom(this.lane, slices, room, limit)
    this.rows -= room - left
    this.passedOver = left < room || this.lane.length === 0 ? 0 : this.passedOver + 1
    return left
  }

  extract(matches: (ticket: Ticket) => boolean): Slice[] {
    const slices = this.lane.extract(matches).map((ticket) => ticket.take(ticket.waiting))
    for (const { from, to } of slices) this.rows -= to - from
    return slices
  }

  /** Rows that go before those of a new block of `rows`, at most, where a run takes `limit`: longer blocks take turns with it. */
  ahead(rows: number, limit: number): number {
    return Math.min(this.rows, this.lane.length * Math.max(rows, limit >> 1, 1))
  }
}

/**
 * Rows that wait for a run of one version.
 *
 * Order: critical blocks before interactive before batch blocks, first come first served. Two rules soften it. A block that
 * is longer than half a run gives the other half to those behind it and goes to the back of its lane, so a block of 10,000
 * rows does not hold up a block of one. And after {@link BATCH_PATIENCE} runs that took no rows of a lane while some waited,
 * the next run starts with it, so batch rows get at least a ninth of the runs and never starve, nor do interactive ones.
 *
 * Rows of a failed run wait in a lane of their own for a run of one, every other run at most, so that a failure costs
 * the other rows half the executor's time at worst.
 */
export class RowQueue {
  readonly #critical = new Waiting()
  readonly #interactive = new Waiting()
  readonly #batch = new Waiting()
  readonly #inOrder = [this.#critical, this.#interactive, this.#batch]
  readonly #alone = new Lane<Slice>()
  #lastWasAlone = false

  /** Rows that wait, second tries not counted. */
  get rows(): number {
    return this.#critical.rows + this.#interactive.rows + this.#batch.rows
  }

  get isEmpty(): boolean {
    return this.rows === 0 && this.#alone.length === 0
  }

  /** Rows that go before those of a new block of `rows`, at most, where a run takes `limit`; batch rows hold up nobody. */
  ahead(rows: number, limit: number, priority: Priority): number {
    const critical = this.#critical.ahead(rows, limit)
    return priority === 'critical' ? critical : critical + this.#interactive.ahead(rows, limit)
  }

  push(ticket: Ticket): void {
    this.#waitingOf(ticket).push(ticket)
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
    const slices = this.#inOrder.flatMap((waiting) => waiting.extract(matches))
    return [...slices, ...this.#alone.extract((slice) => matches(slice.ticket))]
  }

  /** The first deadline among the rows that wait. */
  earliestDeadline(): number {
    let earliest = Number.POSITIVE_INFINITY
    for (const { lane } of this.#inOrder) for (const { deadline } of lane) earliest = Math.min(earliest, deadline)
    for (const { ticket } of this.#alone) earliest = Math.min(earliest, ticket.deadline)
    return earliest
  }

  #takeRun(limit: number): Slice[] {
    const slices: Slice[] = []
    const patient = this.#inOrder.findLast(({ passedOver }) => passedOver >= BATCH_PATIENCE)
    let room = patient ? patient.fill(slices, limit, limit) : limit
    for (const waiting of this.#inOrder) if (waiting !== patient) room = waiting.fill(slices, room, limit)
    return slices
  }

  #waitingOf({ priority }: Ticket): Waiting {
    if (priority === 'batch') return this.#batch
    return priority === 'critical' ? this.#critical : this.#interactive
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
