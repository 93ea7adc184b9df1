import { Connection } from './connection.js'
import { Latencies } from './latencies.js'

export interface Sample {
  /** Requests answered. */
  readonly count: number
  readonly seconds: number
  /** Latency of every request in milliseconds, in any order; holds until the next sample. */
  readonly latenciesMs: ArrayLike<number>
}

/** What is sent where. */
export interface Target {
  readonly url: URL
  /** Taken in rotation, so that no server sees one input over and over. */
  readonly requests: readonly Buffer[]
  /** An answer that is refused ends the run with an error: a fast wrong answer is no figure. */
  readonly accept: (body: Buffer, status: number) => boolean
}

export interface ClosedLoad {
  readonly concurrency: number
  readonly milliseconds: number
  readonly signal?: AbortSignal
}

/** `concurrency` connections, each sending its next request when the last is answered, for `milliseconds` or until `signal` aborts. */
export async function closedLoop(target: Target, { concurrency, milliseconds, signal }: ClosedLoad): Promise<Sample> {
  let fail!: (error: Error) => void
  const broken = new Promise<never>((_resolve, reject) => {
    fail = reject
  })
  broken.catch(() => {})
  const connections = await Promise.all(Array.from({ length: concurrency }, () => Connection.open(target.url, fail)))
  const latencies = new Latencies()
  const started = performance.now()
  const calls = { target, next: rotation(target.requests), until: started + milliseconds, signal, latencies, fail }
  try {
    await Promise.race([Promise.all(connections.map((connection) => callAgain(connection, calls))), broken])
  } finally {
    for (const connection of connections) connection.close()
  }
  return { count: latencies.count, seconds: (performance.now() - started) / 1_000, latenciesMs: latencies.all }
}

interface Calls {
  readonly target: Target
  readonly next: () => Buffer
  readonly until: number
  readonly signal: AbortSignal | undefined
  readonly latencies: Latencies
  readonly fail: (error: Error) => void
}

/** Resolves when the time is over and the last request is answered. Callbacks, for a promise a request costs CPU. */
function callAgain(connection: Connection, { target, next, until, signal, latencies, fail }: Calls): Promise<void> {
  return new Promise((resolve) => {
    let sent = performance.now()
    const answered = (status: number, body: Buffer) => {
      const now = performance.now()
      if (!target.accept(body, status)) return fail(refusedAnswer(target, status, body))
      latencies.add(now - sent)
      if (now >= until || signal?.aborted) return resolve()
      sent = now
      connection.send(next(), answered)
    }
    connection.send(next(), answered)
  })
}

export function rotation(requests: readonly Buffer[]): () => Buffer {
  let at = 0
  return () => requests[at++ % requests.length]!
}

export function refusedAnswer({ url }: Target, status: number, body: Buffer): Error {
  return new Error(`${url} answered ${status}: ${body.toString('utf8', 0, 500)}`)
}
