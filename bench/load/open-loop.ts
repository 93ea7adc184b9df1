import { Connection } from './connection.js'
import { pace } from './pacer.js'

/** Requests that do not wait for each other. */
export interface OpenLoad {
  readonly url: URL
  /** When each is to be sent, in milliseconds from the start, ascending. */
  readonly times: Float64Array
  readonly request: (index: number) => Buffer
  /**
   * Takes each answer with its latency in milliseconds from the time it was to be sent, so that a server that holds back
   * hides nothing. What it throws ends the load.
   */
  readonly answered: (index: number, status: number, body: Buffer, latencyMs: number) => void
}

/** Time before the first request, in milliseconds: the thread that keeps the pace starts within it. */
const HEAD_START_MS = 200
const FIRST_CONNECTIONS = 32

/** Sends all requests, over as many connections as it takes, and resolves when all are answered. */
export async function openLoop(load: OpenLoad): Promise<void> {
  const calls = new OpenCalls(load, performance.now() + HEAD_START_MS)
  try {
    await calls.connect(FIRST_CONNECTIONS)
    await Promise.race([calls.done, pace(load.times, performance.timeOrigin + calls.startAt, (due) => calls.send(due))])
    await calls.done
  } finally {
    calls.close()
  }
}

/** The requests under way and the connections they take. */
class OpenCalls {
  /** Resolves when all is answered, rejects when something broke. */
  readonly done: Promise<void>
  readonly #connections = new Set<Connection>()
  readonly #free: Connection[] = []
  #sent = 0
  #open: number
  #resolve!: () => void
  #reject!: (error: unknown) => void

  constructor(
    private readonly load: OpenLoad,
    readonly startAt: number,
  ) {
    this.#open = load.times.length
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    this.done.catch(() => {})
  }

  async connect(count: number): Promise<void> {
    await Promise.all(Array.from({ length: count }, () => this.#connect()))
  }

  /** Sends what is not sent yet of the first `due` requests. */
  send(due: number): void {
    while (this.#sent < due) {
      const index = this.#sent++
      const connection = this.#free.pop()
      if (connection) this.#sendOn(connection, index)
      else this.#connect().then(() => this.#sendOn(this.#free.pop()!, index), this.#reject)
    }
  }

  close(): void {
    for (const connection of this.#connections) connection.close()
  }

  async #connect(): Promise<void> {
    const connection = await Connection.open(this.load.url, this.#reject)
    this.#connections.add(connection)
    this.#free.push(connection)
  }

  #sendOn(connection: Connection, index: number): void {
    connection.send(this.load.request(index), (status, body) => {
      this.#free.push(connection)
      this.#answered(index, status, body)
    })
  }

  #answered(index: number, status: number, body: Buffer): void {
    try {
      this.load.answered(index, status, body, performance.now() - this.startAt - this.load.times[index]!)
    } catch (error) {
      this.#reject(error)
    }
    if (--this.#open === 0) this.#resolve()
  }
}
