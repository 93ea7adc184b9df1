/**
 * Says that a client went away before it had its answer. As much of an AbortSignal as calls need, at a fraction of its
 * cost: there is one per request, and hardly any is ever used.
 */
export class Departure {
  private readonly listeners: (() => void)[] = []
  private gone = false

  get aborted(): boolean {
    return this.gone
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    this.listeners.push(listener)
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    const place = this.listeners.indexOf(listener)
    if (place >= 0) this.listeners.splice(place, 1)
  }

  abort(): void {
    this.gone = true
    for (const listener of this.listeners.splice(0)) listener()
  }
}
