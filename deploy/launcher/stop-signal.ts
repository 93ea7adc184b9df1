const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** A Ctrl-C under npm arrives twice: from the terminal, and passed on by npm. */
const ECHO_MS = 1_000
const PARENT_POLL_MS = 500

/** What is needed of Node's `process`. */
export interface SignalSource {
  on(event: string, listener: () => void): unknown
  exit(code: number): unknown
  readonly ppid: number
}

/**
 * Aborts at the first SIGINT, SIGTERM or SIGHUP. A further one, later than npm's echo of the first, exits at once with
 * code 1; the processes then end by themselves as their channel to the launcher closes. `now` is in milliseconds.
 */
export function stopSignal(source: SignalSource, now: () => number): AbortSignal {
  const stop = new AbortController()
  let first = 0
  for (const name of STOP_SIGNALS) {
    source.on(name, () => {
      if (!stop.signal.aborted) first = now()
      else if (now() - first > ECHO_MS) source.exit(1)
      stop.abort()
    })
  }
  return stop.signal
}

/** Calls `gone` once the parent has gone: npm, killed, tells nobody. Answers how to stop watching. */
export function watchParent(source: SignalSource, gone: () => void): () => void {
  const parent = source.ppid
  const timer = setInterval(() => {
    if (source.ppid === parent) return
    clearInterval(timer)
    gone()
  }, PARENT_POLL_MS)
  timer.unref()
  return () => clearInterval(timer)
}
