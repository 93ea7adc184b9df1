import type { Clock } from './clock.js'
import { StartFailure } from './start-failure.js'

const POLL_MS = 50

export interface Waiting {
  readonly clock: Clock
  readonly signal?: AbortSignal | undefined
  readonly limitMs: number
}

export interface Awaited {
  readonly name: string
  readonly url: string
  /** For the gateway: the supergraph it has to have taken. */
  readonly supergraph?: number
}

/** Waits until every process answers `/health/ready` with 200; a StartFailure names the first that does not in time. */
export async function untilReady(processes: readonly Awaited[], { clock, signal, limitMs }: Waiting): Promise<void> {
  const end = clock.now() + limitMs
  for (const process of processes) {
    for (let answer = await readiness(process); answer !== READY; answer = await readiness(process)) {
      if (signal?.aborted || clock.now() > end) {
        throw new StartFailure(`The ${process.name} process is not ready after ${limitMs / 1000} s: ${answer}`)
      }
      await clock.sleep(POLL_MS, signal)
    }
  }
}

const READY = 'ready'

/** READY, or what stands in the way. */
async function readiness({ url, supergraph }: Awaited): Promise<string> {
  try {
    const response = await fetch(new URL('/health/ready', url))
    const text = await response.text()
    if (!response.ok) return text
    if (supergraph === undefined) return READY
    const { supergraph: taken = 0 } = JSON.parse(text) as { supergraph?: number }
    return taken >= supergraph ? READY : `it still serves supergraph ${taken}, not ${supergraph}`
  } catch (cause) {
    return (cause as Error).message
  }
}
