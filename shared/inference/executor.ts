import type { TensorSet } from '../tensor/row-block.js'

/** The answer of one run, and the input tensors given back to be filled again. */
export interface ExecutorRun {
  readonly outputs: TensorSet
  readonly inputs: TensorSet
  /** Time inside the runtime, in microseconds. */
  readonly micros: number
}

/** Where the runs of one loaded version execute. */
export interface Executor {
  readonly placement: 'inline' | 'worker'
  /** Runs that may be under way at once. */
  readonly slots: number
  /** Copies of the session in memory. */
  readonly sessions: number
  /**
   * Runs the first `rows` rows. The tensors belong to the executor until it answers; after a failure they are lost.
   * Rejects with the runtime's error, or with a {@link LostWorkerError} when the thread died under the run.
   */
  run(inputs: TensorSet, rows: number): Promise<ExecutorRun>
  /** Frees the session. Called when no run is under way. */
  close(): Promise<void>
}

/** The worker thread ended, or did not answer in time, while a call was under way: says nothing about the rows. */
export class LostWorkerError extends Error {}
