import { Connection } from './connection.js'

export interface Sample {
  /** Requests answered. */
  readonly count: number
  readonly seconds: number
  /** Latency of every request in milliseconds, in any order; holds until the next sample. */
  readonly latenciesMs: ArrayLike<number>
}

/**
 * `concurrency` connections, each sending its next request when the last is answered, for `milliseconds`. Requests are
 * taken in rotation so that no server sees one input over and over. An answer `accept` refuses ends the run with an error:
 * a fast wrong answer is no figure.
 */
export async function closedLoop(options: {
  readonly url: URL
  readonly requests: readonly Buffer[]
  readonly concurrency: number
  readonly milliseconds: number
  readonly accept: (body: Buffer) => boolean
}): Promise<Sample> {
  const connections = await Promise.all(Array.from({ length: options.concurrency }, () => Connection.open(options.url)))
  const latencies: number[] = []
  const started = performance.now()
  const until = started + options.milliseconds
  let next = 0

  const worker = async (connection: Connection) => {
    while (performance.now() < until) {
      const sent = performance.now()
      const answer = await connection.send(options.requests[next++ % options.requests.length]!)
      latencies.push(performance.now() - sent)
      if (answer.status !== 200 || !options.accept(answer.body)) {
        throw new Error(`${options.url} answered ${answer.status}: ${answer.body.toString('utf8', 0, 500)}`)
      }
    }
  }
  try {
    await Promise.all(connections.map(worker))
  } finally {
    for (const connection of connections) connection.close()
  }
  return {
    count: latencies.length,
    seconds: (performance.now() - started) / 1_000,
    latenciesMs: latencies,
  }
}
