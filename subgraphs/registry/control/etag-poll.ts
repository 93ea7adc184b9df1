import type { Changes } from '../changes/changes.js'

/** What a poll answers, and the tag by which a caller knows that it has it already. */
export interface Tagged<Value> {
  readonly etag: string
  readonly value: Value
}

export interface PollRequest {
  /** Tag of what the caller has. */
  readonly known: string | undefined
  /** How long to hold the answer back while nothing changes, in milliseconds. */
  readonly waitMs: number
  /** Aborts when the caller has gone or the server stops. */
  readonly signal: AbortSignal
}

export interface PollOptions {
  readonly changes: Changes
  /** How often to look for what other replicas changed, in milliseconds. */
  readonly lookMs: number
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Reads until the tag differs from the known one; undefined when it still does not after the wait. */
export async function pollUntilChanged<Value>(
  read: () => Promise<Tagged<Value>>,
  { known, waitMs, signal }: PollRequest,
  { changes, lookMs, now }: PollOptions,
): Promise<Tagged<Value> | undefined> {
  const end = now() + waitMs
  for (;;) {
    const seen = changes.count
    const tagged = await read()
    if (tagged.etag !== known) return tagged
    const rest = end - now()
    if (rest <= 0 || signal.aborted) return undefined
    await changes.after(seen, Math.min(rest, lookMs), signal)
  }
}
