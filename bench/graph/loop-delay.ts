import { monitorEventLoopDelay } from 'node:perf_hooks'
import { isMainThread } from 'node:worker_threads'

/** Asks a process that was started with `--import` of this file; it answers `Paused` and counts from then on. */
export const PAUSED = 'paused'

export interface Paused {
  readonly type: typeof PAUSED
  /** The longest that its main thread's event loop did not turn since the last question, in milliseconds. */
  readonly maxMs: number
}

if (isMainThread && process.send) watch()

function watch(): void {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  process.on('message', (message) => {
    if (message !== PAUSED) return
    process.send?.({ type: PAUSED, maxMs: delay.max / 1e6 } satisfies Paused)
    delay.reset()
  })
  // Listening to messages alone must not keep the process from ending.
  process.channel?.unref()
}
