import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'

interface Pace {
  /** Milliseconds from the start, ascending. */
  readonly times: Float64Array
  /** The start, in milliseconds since the epoch, fractions included. */
  readonly startAt: number
}

/** Times so close to each other are told of together: a busy machine would pay more for waking each time than for sending. */
const TOGETHER_MS = 0.25

if (!isMainThread) keepPace(workerData as Pace)

/**
 * Calls `due` with the count of times that have come so far, until all have. Timers of the event loop are late by up to a
 * millisecond, which is more than some answers take, and a loop that polls takes a core; so a thread sleeps until each time.
 */
export async function pace(times: Float64Array, startAt: number, due: (count: number) => void): Promise<void> {
  const thread = new Worker(fileURLToPath(import.meta.url), { workerData: { times, startAt } satisfies Pace })
  thread.on('message', due)
  await once(thread, 'exit')
  due(times.length)
}

function keepPace({ times, startAt }: Pace): void {
  const never = new Int32Array(new SharedArrayBuffer(4))
  const now = () => performance.timeOrigin + performance.now() - startAt
  for (let count = 0, told = Number.NEGATIVE_INFINITY; count < times.length; ) {
    const wait = Math.max(times[count]!, told + TOGETHER_MS) - now()
    if (wait > 0) Atomics.wait(never, 0, 0, wait)
    told = now()
    while (count < times.length && times[count]! <= told) count++
    parentPort!.postMessage(count)
  }
}
