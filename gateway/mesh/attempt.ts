import type { Replica } from './balance/replica.js'
import type { Outcome, Part } from './wire/part.js'

type Given = Pick<Part, 'operation' | 'variables' | 'context' | 'expiresAt' | 'reviewAt'>

/** Made once: written into a property, one for each try would be made among V8's old objects. */
const nothing = (): void => {}

/** One try of a fetch, at one replica. */
export class Attempt implements Part {
  readonly operation
  readonly variables
  readonly context
  readonly expiresAt
  reviewAt: number
  isSettled = false
  private left = nothing

  constructor(
    given: Given,
    private readonly replica: Replica,
    private readonly tell: (attempt: Attempt, outcome: Outcome) => void,
    private readonly onReview: () => void,
  ) {
    this.operation = given.operation
    this.variables = given.variables
    this.context = given.context
    this.expiresAt = given.expiresAt
    this.reviewAt = given.reviewAt
  }

  start(): void {
    this.replica.inFlight += 1
    this.replica.add(this)
  }

  sent(left: () => void): void {
    this.left = left
  }

  review(): void {
    this.reviewAt = Infinity
    this.onReview()
  }

  settle(outcome: Outcome): void {
    if (this.isSettled) return
    this.close()
    this.tell(this, outcome)
  }

  /** Nobody waits for it any more. */
  abandon(): void {
    if (this.isSettled) return
    this.close()
    this.left()
  }

  private close(): void {
    this.isSettled = true
    this.replica.inFlight -= 1
  }
}
