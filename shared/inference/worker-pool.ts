import type { Log } from '../telemetry/log.js'
import type { TensorSet } from '../tensor/row-block.js'
import type { Signature } from '../tensor/signature.js'
import { type Executor, LostWorkerError } from './executor.js'
import type { Clock } from './options.js'
import type { SessionOptions } from './session.js'
import type { ThreadRun } from './session-protocol.js'
import { SessionThread } from './session-thread.js'

/** Runs under way per thread: the next one waits inside the thread, so that a message never has to be waited for. */
const RUNS_PER_THREAD = 2

interface Resident {
  readonly path: string
  readonly options: SessionOptions
}

interface Seat {
  thread: SessionThread
  /** Keys opened in this incarnation of the thread. */
  opened: Set<string>
}

export interface WorkerPoolOptions {
  readonly size: number
  readonly clock: Clock
  readonly runTimeoutMs: number
  readonly loadTimeoutMs: number
  readonly log?: Log | undefined
}

/**
 * The worker threads, shared by all versions placed on them; each thread holds a session of each. A thread that ends is
 * replaced when it is next needed, and opens its sessions again then.
 */
export class WorkerPool {
  readonly options: WorkerPoolOptions
  readonly seats: Seat[] = []
  readonly residents = new Map<string, Resident>()
  ended = false

  constructor(options: WorkerPoolOptions) {
    this.options = options
  }

  /** Opens the artifact on every thread. */
  async open(key: string, resident: Resident): Promise<Executor> {
    if (this.ended) throw new LostWorkerError('the worker threads were closed')
    this.residents.set(key, resident)
    try {
      const seats = Array.from({ length: this.options.size }, (_, seat) => occupiedSeat(this, seat))
      await Promise.all(seats.map((seat) => openOn(this, seat, key)))
    } catch (error) {
      await this.#close(key)
      throw error
    }
    return {
      placement: 'worker',
      slots: this.options.size * RUNS_PER_THREAD,
      sessions: this.options.size,
      run: (inputs, rows) => this.#run(key, inputs, rows),
      close: () => this.#close(key),
    }
  }

  /** Ends all threads, for good. */
  end(): void {
    this.ended = true
    for (const seat of this.seats.splice(0)) seat.thread.end()
  }

  #run(key: string, inputs: TensorSet, rows: number): Promise<ThreadRun> {
    const seat = leastBusySeat(this)
    // Messages keep their order, so the run need not wait for the answer to the opening.
    if (!seat.opened.has(key)) openOn(this, seat, key).catch(() => {})
    return seat.thread.call({ method: 'run', key, inputs, rows }, this.options.runTimeoutMs)
  }

  async #close(key: string): Promise<void> {
    this.residents.delete(key)
    const holders = this.seats.filter((seat) => seat.opened.delete(key) && !seat.thread.lost)
    await Promise.allSettled(
      holders.map((seat) => seat.thread.call({ method: 'close', key }, this.options.runTimeoutMs)),
    )
  }
}

function openOn(pool: WorkerPool, seat: Seat, key: string): Promise<Signature> {
  seat.opened.add(key)
  const { path, options } = pool.residents.get(key)!
  return seat.thread.call({ method: 'open', key, path, options }, pool.options.loadTimeoutMs)
}

function leastBusySeat(pool: WorkerPool): Seat {
  let best = occupiedSeat(pool, 0)
  for (let index = 1; index < pool.options.size; index++) {
    const seat = occupiedSeat(pool, index)
    if (seat.thread.pending.size < best.thread.pending.size) best = seat
  }
  return best
}

function occupiedSeat(pool: WorkerPool, index: number): Seat {
  const seat = pool.seats[index]
  if (seat !== undefined && !seat.thread.lost) return seat
  if (seat !== undefined) pool.options.log?.warn({ seat: index }, 'a worker thread was lost and is replaced')
  const fresh = { thread: new SessionThread(pool.options.clock), opened: new Set<string>() }
  pool.seats[index] = fresh
  return fresh
}
