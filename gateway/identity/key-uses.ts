import { type KeyHolder, type KeysUsed, type KeyUse, MOST_USES } from '../../shared/control/protocol.js'
import { Rounds } from '../../shared/process/rounds.js'

export interface KeyUsesOptions {
  /** Tells the registry; fails when it does not take it. */
  readonly tell: (used: Omit<KeysUsed, 'environment'>) => Promise<void>
  /** Names this process. */
  readonly instance: string
  /** Resolves when it is time to look again what is to be told, or when the signal aborts. */
  readonly pause: (signal: AbortSignal) => Promise<void>
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** A key in use is told of at its first use and then once in this time, in milliseconds. */
const TELL_EVERY_MS = 60_000
const HOUR_MS = 3_600_000

/** What was counted of one key in the current hour. */
interface Count {
  readonly keyId: string
  readonly clientId: string
  hour: number
  at: number
  requests: number
  /** How many of them the registry knows. */
  told: number
  dueAt: number
}

/** Counts the requests of keys, and tells the registry in batches beside them. What it does not take is told again. */
export class KeyUses {
  private readonly counts = new Map<string, Count>()
  /** Of hours that are over and have not been told in full. */
  private finished: KeyUse[] = []
  private readonly rounds: Rounds

  constructor(private readonly options: KeyUsesOptions) {
    this.rounds = new Rounds({ pause: options.pause, work: () => this.tell() })
  }

  /** Counts a request, at a time in milliseconds since the epoch. */
  count({ keyId, clientId }: KeyHolder, now: number): void {
    const hour = Math.floor(now / HOUR_MS)
    let count = this.counts.get(keyId)
    if (!count) {
      count = { keyId, clientId, hour, at: now, requests: 0, told: 0, dueAt: 0 }
      this.counts.set(keyId, count)
    } else if (count.hour !== hour) this.finish(count, hour)
    count.at = now
    count.requests += 1
  }

  start(): void {
    this.rounds.start()
  }

  /** Tells what has not been told and ends. */
  async stop(): Promise<void> {
    await this.rounds.stop()
    for (const count of this.counts.values()) count.dueAt = 0
    await this.tell()
  }

  private async tell(): Promise<void> {
    const now = this.options.now()
    const finished = this.finished.slice(0, MOST_USES)
    const due = this.due(now).slice(0, MOST_USES - finished.length)
    const keys = [...finished, ...due.map(useOf)]
    if (keys.length === 0) return
    const { instance, tell } = this.options
    if (!(await tell({ instance, keys }).then(taken, refused))) return
    this.finished = this.finished.slice(finished.length)
    for (const [index, count] of due.entries()) settle(count, keys[finished.length + index]!, now)
  }

  private due(now: number): Count[] {
    const hour = Math.floor(now / HOUR_MS)
    const due: Count[] = []
    for (const count of this.counts.values()) {
      if (count.requests > count.told) {
        if (now >= count.dueAt) due.push(count)
      } else if (count.hour < hour) this.counts.delete(count.keyId)
    }
    return due
  }

  private finish(count: Count, hour: number): void {
    if (count.requests > count.told) this.finished.push(useOf(count))
    Object.assign(count, { hour, requests: 0, told: 0 })
  }
}

function useOf({ keyId, clientId, at, requests }: Count): KeyUse {
  return { keyId, clientId, at, requests }
}

/** The count may have gone on, even into the next hour, while it was told. */
function settle(count: Count, told: KeyUse, now: number): void {
  count.dueAt = now + TELL_EVERY_MS
  if (Math.floor(told.at / HOUR_MS) === count.hour) count.told = told.requests
}

const taken = () => true
const refused = () => false
