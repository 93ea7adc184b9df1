import { availableParallelism } from 'node:os'
import { performance } from 'node:perf_hooks'
import type { Log } from '../telemetry/log.js'
import type { RunReport, VersionSettings } from './engine.js'

/** What the engine knows of time. Passed in, so that tests own it. */
export interface Clock {
  /** Milliseconds since the epoch: what deadlines are told in. */
  now(): number
  /** Milliseconds from any fixed point, never going back: what durations are measured in. */
  monotonic(): number
  /** Calls back once after `ms` milliseconds; the function returned calls it off. Does not keep the process alive. */
  after(ms: number, callback: () => void): () => void
}

/** Defers a function to the next turn of the event loop, when the rows of this turn have arrived. */
export type Scheduler = (turn: () => void) => void

export interface EngineOptions {
  readonly clock?: Clock
  readonly schedule?: Scheduler
  /** Estimated memory of all loaded versions, at most (default 1 GiB); beyond, the least recently used idle ones leave. */
  readonly memoryBudgetBytes?: number
  /** Worker threads, at most (default: all cores but one, at least 1). None is started before a version needs one. */
  readonly maxWorkers?: number
  /** A version that has not loaded and warmed after this time is refused, in milliseconds (default 60,000). */
  readonly loadTimeoutMs?: number
  /** A worker thread that has not ended a run after this time is given up and replaced, in milliseconds (default 30,000). */
  readonly runTimeoutMs?: number
  readonly onRun?: (report: RunReport) => void
  /** Told what operators should know: lost worker threads, evictions, failed reloads. */
  readonly log?: Log
}

export type ResolvedOptions = Required<Omit<EngineOptions, 'log'>> & Pick<EngineOptions, 'log'>

const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms).unref()
    return () => clearTimeout(timer)
  },
}

export function resolveOptions(options: EngineOptions): ResolvedOptions {
  return {
    clock: SYSTEM_CLOCK,
    schedule: (turn) => void setImmediate(turn),
    memoryBudgetBytes: 2 ** 30,
    maxWorkers: Math.max(1, availableParallelism() - 1),
    loadTimeoutMs: 60_000,
    runTimeoutMs: 30_000,
    onRun: () => {},
    ...options,
  }
}

export type ResolvedSettings = Required<VersionSettings>

export function resolveSettings(settings: VersionSettings = {}): ResolvedSettings {
  return {
    maxBatchRows: 512,
    maxBatchMs: 5,
    maxQueueRows: 20_000,
    maxWaitMs: Infinity,
    placement: 'auto',
    intraOpThreads: 1,
    ...settings,
  }
}
