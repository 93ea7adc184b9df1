/**
 * Aborts a call when its time is over or when nobody waits any more. Unlike `AbortSignal.timeout`, it leaves neither a timer
 * nor a listener behind once the call has ended: there is one per call, and most end early.
 */
export class Patience {
  private readonly controller = new AbortController()
  private readonly timer: NodeJS.Timeout
  private readonly giveUp = (): void => this.controller.abort()
  private over = false

  constructor(
    timeoutMs: number,
    private readonly waiting: AbortSignal,
  ) {
    this.timer = setTimeout(() => {
      this.over = true
      this.giveUp()
    }, timeoutMs)
    if (waiting.aborted) this.giveUp()
    else waiting.addEventListener('abort', this.giveUp)
  }

  get signal(): AbortSignal {
    return this.controller.signal
  }

  /** Whether the time has run out. */
  get isOver(): boolean {
    return this.over
  }

  end(): void {
    clearTimeout(this.timer)
    this.waiting.removeEventListener('abort', this.giveUp)
  }
}
