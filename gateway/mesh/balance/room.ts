import type { Criticality } from '../../../shared/identity/claims.js'

/** Share of the room that callers who are not critical may fill. */
const INTERNAL_SHARE = 0.9

/** Bounds the fetches that are under way to one subgraph. The last of the room is for `MISSION_CRITICAL` callers. */
export class Room {
  private taken = 0
  private whenEmpty: (() => void)[] = []

  /** @param limit fetches under way at most */
  constructor(private readonly limit: number) {}

  get inFlight(): number {
    return this.taken
  }

  /** Takes a place; false when there is none for such a caller. */
  enter(criticality: Criticality | undefined): boolean {
    const limit = criticality === 'MISSION_CRITICAL' ? this.limit : Math.ceil(this.limit * INTERNAL_SHARE)
    if (this.taken >= limit) return false
    this.taken += 1
    return true
  }

  leave(): void {
    this.taken -= 1
    if (this.taken > 0) return
    for (const tell of this.whenEmpty.splice(0)) tell()
  }

  /** Resolves when nothing is under way. */
  async empty(): Promise<void> {
    if (this.taken > 0) await new Promise<void>((resolve) => this.whenEmpty.push(resolve))
  }
}
