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
   * hides nothing; status 0 when the connection broke instead. What it throws ends the load.
   */
  readonly answered: (index: number, status: number, body: Buffer, latencyMs: number) => void
  /** Requests under way at most; more wait, and their time runs. */
  readonly maxConnections: number
  /** Connections that are open before the first request; more are opened as they are needed. */
  readonly firstConnections?: number
  /** How long after the last time answers are waited for, in milliseconds. */
  readonly patienceMs: number
  /** Calls `due` with the count of times that have come so far, until all have; `pace` unless said otherwise. */
  readonly pace?: typeof pace
}

/** Time before the first request, in milliseconds: the thread that keeps the pace starts within it. */
const HEAD_START_MS = 200
const FIRST_CONNECTIONS = 32

/** Sends all requests, over as many connections as it takes and may, and answers how many had no answer in the end. */
export async function openLoop(load: OpenLoad): Promise<number> {
  const calls = new OpenCalls(load)
  try {
    await calls.connect(load.firstConnections ?? FIRST_CONNECTIONS)
    calls.startAt = performance.now() + HEAD_START_MS
    const startAt = performance.timeOrigin + calls.startAt
    await Promise.race([calls.done, (load.pace ?? pace)(load.times, startAt, (due) => calls.send(due))])
    return await calls.patiently()
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
  /** The request that each connection was last sent. */
  readonly #underWay = new Map<Connection, number>()
  #connecting = 0
  #due = 0
  #sent = 0
  #open: number
  #resolve!: () => void
  #reject!: (error: unknown) => void

  startAt = Number.POSITIVE_INFINITY

  constructor(private readonly load: OpenLoad) {
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

  /** Sends what is not sent yet of the first `due` requests, each as soon as there is a connection. */
  send(due: number): void {
    this.#due = due
    while (this.#sent < due && this.#free.length > 0) {
      const connection = this.#free.pop()!
      if (connection.alive) this.#sendOn(connection, this.#sent++)
      else this.#drop(connection)
    }
    const most = this.load.maxConnections - this.#connections.size
    for (const wanted = Math.min(due - this.#sent, most); this.#connecting < wanted; )
      this.#connect().catch(this.#reject)
  }

  /** Answers how many requests are open when all are answered or the patience is over. */
  async patiently(): Promise<number> {
    let timer: NodeJS.Timeout | undefined
    const over = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.load.patienceMs)
    })
    await Promise.race([this.done, over])
    clearTimeout(timer)
    return this.#open
  }

  close(): void {
    for (const connection of this.#connections) connection.close()
  }

  async #connect(): Promise<void> {
    this.#connecting++
    const connection: Connection = await Connection.open(this.load.url, (error) => this.#broke(connection, error))
    this.#connecting--
    this.#connections.add(connection)
    this.#free.push(connection)
    this.send(this.#due)
  }

  #broke(connection: Connection, error: Error): void {
    const index = this.#underWay.get(connection)!
    this.#drop(connection)
    this.#answered(index, 0, Buffer.from(error.message))
    this.send(this.#due)
  }

  #drop(connection: Connection): void {
    this.#connections.delete(connection)
    this.#underWay.delete(connection)
  }

  #sendOn(connection: Connection, index: number): void {
    this.#underWay.set(connection, index)
    connection.send(this.load.request(index), (status, body) => {
      this.#free.push(connection)
      this.#answered(index, status, body)
      this.send(this.#due)
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
