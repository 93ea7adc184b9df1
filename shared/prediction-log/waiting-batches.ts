/** What waits in memory. */
export interface Waiting {
  readonly rows: number
  /** What the rows weigh, in values of eight bytes. */
  readonly values: number
}

/** Rows that wait to be written: those that no batch has taken, those of batches that are filled, and of those that were sent. */
export class WaitingBatches {
  readonly #sent = new Map<number, Waiting>()
  #last = 0
  rows = 0
  values = 0

  add(rows: number, values: number): void {
    this.rows += rows
    this.values += values
  }

  /** They wait no longer. */
  settle({ rows, values }: Waiting): void {
    this.rows -= rows
    this.values -= values
  }

  /** A batch with so much of it is sent, under the number that it answers. */
  send(batch: Waiting): number {
    this.#sent.set(++this.#last, batch)
    return this.#last
  }

  /** What was sent up to this number waits no longer. */
  settleTo(number: number): void {
    for (const [sent, waiting] of this.#sent) {
      if (sent > number) return
      this.#sent.delete(sent)
      this.settle(waiting)
    }
  }

  /** Everything that was sent is lost; answers how many rows. */
  loseSent(): number {
    const { rows } = this
    this.settleTo(this.#last)
    return rows - this.rows
  }
}
