import type { RowBlock } from '../tensor/row-block.js'
import type { Signature } from '../tensor/signature.js'

/** Critical rows go first, then interactive ones; batch rows fill what is left. */
export type Priority = 'critical' | 'interactive' | 'batch'

export interface RunOptions {
  /** When the answer is worth nothing any more, in milliseconds of the engine's clock (epoch). */
  readonly deadline: number
  readonly priority: Priority
  /** How much of the version's longest wait it may have while a queue stands, from 0 to 1 (default 1). */
  readonly waitShare?: number
}

/** Where a version's runs execute: on the calling thread, on worker threads, or by the cost measured at warm-up. */
export type Placement = 'auto' | 'inline' | 'worker'

export interface VersionSettings {
  /** Rows in one run, at most (default 512). */
  readonly maxBatchRows?: number
  /**
   * Expected time of one run, at most, in milliseconds (default 5). On the calling thread a run is kept to 1 ms at most
   * unless `placement` pins it there.
   */
  readonly maxBatchMs?: number
  /** Rows waiting, at most (default 20,000); beyond, `OVERLOADED`. */
  readonly maxQueueRows?: number
  /**
   * How long a block is worth waiting for a run, for each run that it takes, in milliseconds (default: until its deadline).
   * When blocks would lastingly wait for three tenths of it, batches aside, those that would wait longer than their share of it are
   * refused with `OVERLOADED`.
   */
  readonly maxWaitMs?: number
  readonly placement?: Placement
  /** Threads inside one run (default 1: the runtime's own default steals the server's other core). */
  readonly intraOpThreads?: number
}

/** A version's artifact on disk and what is needed to try it. */
export interface Artifact {
  /** `fraud-detector@3` */
  readonly id: string
  /** ONNX file. */
  readonly path: string
  /** What the contract says about the signature: mismatches, empty when it fits. */
  readonly fit: (signature: Signature) => readonly string[]
  /** Example rows for warm-up. */
  readonly example: (rows: number) => Promise<RowBlock>
  /** The output tensors that blocks read; all of them when absent. Fetching fewer is cheaper. */
  readonly outputs?: readonly string[]
  readonly settings?: VersionSettings
}

export type VersionState = 'LOADING' | 'READY' | 'EVICTED' | 'DRAINING' | 'FAILED'

export interface VersionStatus {
  readonly id: string
  readonly state: VersionState
  readonly placement: 'inline' | 'worker'
  /** Expected time of a run of 32 rows, in microseconds: measured at warm-up, and followed since. */
  readonly runMicros: number
  readonly queuedRows: number
  readonly memoryBytes: number
}

/** Told after every run, for metrics. */
export interface RunReport extends RunTimes {
  readonly id: string
  readonly rows: number
  readonly failed: boolean
}

/**
 * How long rows were with the engine, in milliseconds; the two add up to all of it but the decoding. A run's times are
 * those of the row in it that waited longest. A block's are those of its rows that ended last, so for a block that went
 * in several runs the earlier ones count as waiting; a row that is tried again waits until its second run.
 */
export interface RunTimes {
  /** From the arrival to the start of the computation; to the failure for rows that were given up before. */
  readonly queueMs: number
  /** The computation of the whole run; 0 where there was none. */
  readonly runMs: number
}

/** Model versions, loaded side by side. */
export interface Engine {
  /**
   * Loads and warms a version beside those that serve. Throws `INVALID_ARTIFACT` when the runtime cannot load the
   * file and `CONTRACT_MISMATCH` when its signature does not fit; what serves is not disturbed. A version is immutable:
   * loading one that is known tells its status, and only one that failed is tried again.
   */
  load(artifact: Artifact): Promise<VersionStatus>
  /**
   * Runs a block; tells its times when every row has been decoded or failed, and never rejects for a row. Rows fail with
   * `INFERENCE_FAILED` (one by one) or `DEADLINE_EXCEEDED`, the whole block with `OVERLOADED`, `VERSION_NOT_READY`, or
   * `BAD_USER_INPUT` when it is longer than the queue; a block that throws fails with `INTERNAL_SERVER_ERROR`. Rows of
   * an evicted version wait until it is loaded again.
   */
  run(id: string, block: RowBlock, options: RunOptions): Promise<RunTimes>
  status(): readonly VersionStatus[]
  /** Takes no new rows, ends those that wait and run, then frees the session. */
  unload(id: string): Promise<void>
  /**
   * Drains and frees everything. To be awaited before `process.exit`: the runtime aborts a process that exits while one
   * of its worker threads is inside a run.
   */
  close(): Promise<void>
}
