import { StoreFault } from '../faults.js'
import type { Clock } from './command.js'

/** Ends a command that takes longer than its `maxTimeMS`. */
export class Deadline {
  private readonly end: number
  private steps = 0

  constructor(
    private readonly clock: Clock,
    maxTimeMs: number | undefined,
  ) {
    this.end = maxTimeMs ? clock() + maxTimeMs : Number.POSITIVE_INFINITY
  }

  /** To be called once per document; looks at the clock every so often. */
  step(): void {
    this.steps += 1
    if (this.steps % STRIDE !== 0 || this.clock() < this.end) return
    throw new StoreFault(50, 'MaxTimeMSExpired', 'operation exceeded time limit')
  }
}

const STRIDE = 64
