import { ConfigError } from '../config/read.js'

/** What a main file starts: where it listens, and how it ends. */
export interface Running {
  readonly url: string
  /** Refuses new work, ends what is under way within a bound of its own, frees everything. */
  close(): Promise<void>
}

/** Said over IPC to a parent, once, when the process takes requests. */
export interface ReadyMessage {
  readonly type: 'ready'
  readonly url: string
}

/** What a process needs of Node's `process`; tests pass their own. */
export interface ProcessHost {
  on(event: string, listener: (...args: unknown[]) => void): unknown
  exit(code: number): unknown
  readonly stderr: { write(text: string): unknown }
  readonly connected?: boolean | undefined
  readonly send?: ((message: ReadyMessage) => unknown) | undefined
}

/** A stop that takes longer is cut off. Longer than any drain, shorter than the patience of container schedulers. */
const STOP_LIMIT_MS = 25_000

const STOP_EVENTS = ['SIGTERM', 'SIGINT', 'disconnect'] as const

/**
 * The life of every process of ours: start, say `ready` to the parent if there is one, and stop cleanly (exit code 0) on
 * SIGTERM, SIGINT or when the parent's IPC channel closes. A stop asked for during the start waits for it; a second
 * signal, or a stop that takes longer than 25 s, ends the process at once with exit code 1. A start that fails ends it
 * with one sentence on standard error and exit code 1.
 */
export async function runProcess(
  name: string,
  start: () => Promise<Running>,
  host: ProcessHost = process,
): Promise<void> {
  const stopAsked = firstStop(host)
  try {
    const running = await start()
    if (host.connected) host.send?.({ type: 'ready', url: running.url })
    await stopAsked
    const limit = setTimeout(() => host.exit(1), STOP_LIMIT_MS)
    await running.close()
    clearTimeout(limit)
    host.exit(0)
  } catch (error) {
    host.stderr.write(`${sentence(name, error)}\n`)
    host.exit(1)
  }
}

function firstStop(host: ProcessHost): Promise<void> {
  return new Promise((resolve) => {
    let signals = 0
    for (const event of STOP_EVENTS) {
      host.on(event, () => {
        if (event !== 'disconnect') signals += 1
        if (signals > 1) host.exit(1)
        resolve()
      })
    }
    // The parent went while modules were loading, before anything listened.
    if (host.connected === false) resolve()
  })
}

function sentence(name: string, error: unknown): string {
  if (error instanceof ConfigError) return `${name}: ${error.message}`
  const reason = error instanceof Error ? error.message : String(error)
  return `${name} failed: ${reason.replaceAll(/\s+/g, ' ')}`
}
