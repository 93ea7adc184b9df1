import { readFileSync } from 'node:fs'

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

/**
 * Calls `gone` once when npm has gone, which tells nobody when it is killed. npm runs scripts through a shell that
 * survives it, so the shell's own parent is watched as well. `parentOf` answers undefined where it cannot be known.
 */
export function watchNpm(source: SignalSource, parentOf: (pid: number) => number | undefined, gone: () => void): void {
  const lineage = () => `${source.ppid} ${parentOf(source.ppid)}`
  const before = lineage()
  const timer = setInterval(() => {
    if (lineage() === before) return
    clearInterval(timer)
    gone()
  }, PARENT_POLL_MS)
  timer.unref()
}

/** The parent of a shell; undefined for another process and where there is no /proc. */
export function parentOfShell(pid: number): number | undefined {
  try {
    const [, name = '', parent] = /^\d+ \((.*)\) \S (\d+) /.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? []
    return /^(ba|da|z|k|a)?sh$/.test(name) ? Number(parent) : undefined
  } catch {
    return undefined
  }
}
