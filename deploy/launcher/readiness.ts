import type { Clock } from './clock.js'
import { StartFailure } from './start-failure.js'

const POLL_MS = 50

export interface Waiting {
  readonly clock: Clock
  readonly signal?: AbortSignal | undefined
  readonly limitMs: number
}

/** Waits until every process answers `/health/ready` with 200; a StartFailure names the first that does not in time. */
export async function untilReady(
  processes: readonly { readonly name: string; readonly url: string }[],
  { clock, signal, limitMs }: Waiting,
): Promise<void> {
  const end = clock.now() + limitMs
  for (const { name, url } of processes) {
    for (let answer = await health(url); answer !== 'ready'; answer = await health(url)) {
      if (signal?.aborted || clock.now() > end) {
        throw new StartFailure(`The ${name} process is not ready after ${limitMs / 1000} s; it answers: ${answer}`)
      }
      await clock.sleep(POLL_MS, signal)
    }
  }
}

async function health(url: string): Promise<string> {
  try {
    const response = await fetch(new URL('/health/ready', url))
    const text = await response.text()
    return response.ok ? 'ready' : text
  } catch (cause) {
    return (cause as Error).message
  }
}
