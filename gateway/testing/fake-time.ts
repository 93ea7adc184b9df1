import type { MeshTime } from '../mesh/mesh-time.js'

interface Timer {
  readonly at: number
  readonly run: () => void
}

/** Time that a test owns: nothing happens by itself. */
export class FakeTime implements MeshTime {
  private elapsed = 0
  private timers: Timer[] = []
  private turn: (() => void)[] = []

  readonly now = (): number => 1_800_000_000_000 + this.elapsed
  readonly monotonic = (): number => this.elapsed

  readonly after = (ms: number, run: () => void): (() => void) => {
    const timer = { at: this.elapsed + ms, run }
    this.timers.push(timer)
    return () => {
      this.timers = this.timers.filter((other) => other !== timer)
    }
  }

  readonly endOfTurn = (run: () => void): void => {
    this.turn.push(run)
  }

  /** How many timers run. */
  get pending(): number {
    return this.timers.length
  }

  endTurn(): void {
    for (const run of this.turn.splice(0)) run()
  }

  /** Ends the turn, then lets so many milliseconds pass with all that falls due on the way. */
  advance(ms: number): void {
    const until = this.elapsed + ms
    this.endTurn()
    for (let next = this.nextBefore(until); next; next = this.nextBefore(until)) {
      this.timers = this.timers.filter((timer) => timer !== next)
      this.elapsed = Math.max(this.elapsed, next.at)
      next.run()
      this.endTurn()
    }
    this.elapsed = until
  }

  private nextBefore(until: number): Timer | undefined {
    return this.timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0]
  }
}
