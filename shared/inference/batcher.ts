import type { ModelgraphError } from '../errors/modelgraph-error.js'
import { Congestion } from '../load/congestion.js'
import type { RowBlock } from '../tensor/row-block.js'
import { findRefusal, type Refused, takeUnworthy } from './admission.js'
import { type Batch, closeBatch, endBatch } from './batch.js'
import { DeadlineWatch } from './deadline-watch.js'
import type { RunOptions, RunReport, RunTimes } from './engine.js'
import { type ExecutorRun, LostWorkerError } from './executor.js'
import type { Clock, ResolvedSettings, Scheduler } from './options.js'
import { deadlinePassed, inferenceFailed, notReady } from './refusal.js'
import { RowQueue } from './row-queue.js'
import { runLimit, type Serving } from './serving.js'
import { failSlice, type RunEnd, type Slice, Ticket } from './ticket.js'

export interface BatcherOptions {
  readonly id: string
  readonly settings: ResolvedSettings
  readonly clock: Clock
  readonly schedule: Scheduler
  readonly onRun: (report: RunReport) => void
}

/** A queue stands that lasts for so long, in milliseconds, at more than this share of the longest wait. */
const STANDING = { share: 0.3, lastsMs: 25 }

/** It has gone when it stays below this share: less than any client may wait, so that it does not come back at once. */
const HELD = 0.04

/**
 * Gathers the rows of one version into runs. It is work-conserving: whatever waits is run as soon as the executor is
 * free, and no timer ever holds it back; runs grow by themselves while the executor is busy.
 */
export class Batcher {
  readonly options: BatcherOptions
  readonly queue = new RowQueue()
  readonly congestion: Congestion
  /** Undefined while the version is not in memory; rows wait. */
  serving: Serving | undefined
  /** Runs under way, on this executor or one before it. */
  running = 0
  scheduled = false
  /** Rows that arrive in one turn of the event loop count as arrived together. */
  turnStartedAt = 0
  /** Rows that wait behind a long run, or for a version to be loaded, are told when their deadline passes. */
  readonly watch: DeadlineWatch
  #closed = false
  #idle: (() => void)[] = []

  constructor(options: BatcherOptions) {
    this.options = options
    const { maxWaitMs } = options.settings
    this.congestion = new Congestion({
      maxMs: STANDING.share * maxWaitMs,
      lastsMs: STANDING.lastsMs,
      heldToMs: HELD * maxWaitMs,
    })
    this.watch = new DeadlineWatch(options.clock, (now) => expireWaiting(this, now))
  }

  get isIdle(): boolean {
    return this.running === 0 && this.queue.isEmpty
  }

  /** Tells the times of the block when every row of it has been decoded or failed. */
  run(block: RowBlock, options: RunOptions): Promise<RunTimes> {
    return new Promise((resolve) => {
      wake(this)
      const ticket = new Ticket(block, options, this.turnStartedAt, resolve)
      if (ticket.open === 0) return resolve(ticket)
      const stood = this.congestion.stands
      const refusal = this.#closed ? notReady(this.options.id) : findRefusal(this, block.length, options)
      if (!stood && this.congestion.stands) refuse(this, takeUnworthy(this))
      if (refusal !== undefined) return failSlice(ticket.take(block.length), refusal)
      this.queue.push(ticket)
      if (this.watch.armed) this.watch.until(ticket.deadline)
    })
  }

  /** Rows are run from now on. */
  attach(serving: Serving): void {
    this.serving = serving
    wake(this)
  }

  /** Resolves when no run is under way on an executor that has been replaced. */
  retire(serving: Serving): Promise<void> {
    if (serving.running === 0) return Promise.resolve()
    return new Promise((resolve) => {
      serving.onIdle = resolve
    })
  }

  /** Fails every row that waits. */
  failWaiting(error: ModelgraphError): void {
    giveUp(
      this,
      this.queue.extract(() => true),
      error,
    )
    this.settleIdle()
  }

  /** Takes no new rows; resolves when those that wait and run have ended. */
  drain(): Promise<void> {
    this.#closed = true
    return new Promise((resolve) => {
      this.#idle.push(resolve)
      this.settleIdle()
    })
  }

  settleIdle(): void {
    if (!this.isIdle) return
    this.watch.stop()
    for (const resolve of this.#idle.splice(0)) resolve()
  }
}

/** Asks for a dispatch in the next turn, when the rows of this turn have arrived. */
function wake(batcher: Batcher): void {
  if (batcher.scheduled) return
  batcher.scheduled = true
  batcher.turnStartedAt = batcher.options.clock.monotonic()
  batcher.options.schedule(() => {
    batcher.scheduled = false
    dispatch(batcher)
  })
}

/** Starts runs while the executor is free and rows wait. */
function dispatch(batcher: Batcher): void {
  const { serving, queue } = batcher
  while (serving !== undefined && serving.running < serving.executor.slots && !queue.isEmpty) startRun(batcher, serving)
  settleOrWatch(batcher)
}

function startRun(batcher: Batcher, serving: Serving): void {
  const { settings, clock } = batcher.options
  const limit = runLimit(serving, settings)
  const slices = batcher.queue.take(limit)
  const timely = failOverdue(batcher, slices, clock.now())
  const batch = closeBatch(timely, serving.inputs, serving.fixedRows)
  if (batch === undefined) return
  batcher.running++
  serving.running++
  const startedAt = clock.monotonic()
  serving.executor.run(batch.inputs, batch.runRows).then(
    (run) => finishRun(batcher, serving, batch, run, startedAt),
    (cause) => abortRun(batcher, serving, batch, cause, startedAt),
  )
}

function finishRun(batcher: Batcher, serving: Serving, batch: Batch, run: ExecutorRun, startedAt: number): void {
  serving.inputs.give(run.inputs)
  serving.cost.observe(batch.runRows, run.micros)
  const end = { endedAt: batcher.options.clock.monotonic(), runMs: run.micros / 1000 }
  const foreign = endBatch(batch, run.outputs, end)
  if (foreign !== undefined) abortRun(batcher, serving, batch, new Error(foreign), startedAt)
  else endRun(batcher, serving, batch, end, false)
}

/** Rows that failed together are tried once more alone; a row that failed alone has failed. */
function abortRun(batcher: Batcher, serving: Serving, batch: Batch, cause: unknown, startedAt: number): void {
  const provesGuilt = batch.rows === 1 && !(cause instanceof LostWorkerError)
  const endedAt = batcher.options.clock.monotonic()
  const end = { endedAt, runMs: endedAt - startedAt }
  for (const slice of batch.slices) {
    slice.ticket.time(end)
    if (slice.alone || provesGuilt) failSlice(slice, inferenceFailed(batcher.options.id, cause))
    else for (const row of singleRows(slice)) batcher.queue.pushAlone(row)
  }
  endRun(batcher, serving, batch, end, true)
}

function endRun(batcher: Batcher, serving: Serving, batch: Batch, { endedAt, runMs }: RunEnd, failed: boolean): void {
  batcher.running--
  serving.running--
  if (serving.running === 0) serving.onIdle?.()
  report(batcher, { rows: batch.rows, queueMs: Math.max(0, endedAt - runMs - batch.oldest), runMs, failed })
  if (batcher.queue.isEmpty) batcher.settleIdle()
  else wake(batcher)
}

function report({ options }: Batcher, run: Omit<RunReport, 'id'>): void {
  try {
    options.onRun({ id: options.id, ...run })
  } catch {
    // A listener that throws must not cost a prediction.
  }
}

function* singleRows(slice: Slice): Generator<Slice> {
  for (let row = slice.from; row < slice.to; row++) yield { ticket: slice.ticket, from: row, to: row + 1, alone: true }
}

/** The slices whose deadline is still ahead; the others have been failed. */
function failOverdue(batcher: Batcher, slices: readonly Slice[], now: number): readonly Slice[] {
  if (!hasOverdue(slices, now)) return slices
  const overdue = slices.filter(({ ticket }) => ticket.deadline <= now)
  giveUp(batcher, overdue, deadlinePassed(batcher.options.id))
  return slices.filter(({ ticket }) => ticket.deadline > now)
}

function hasOverdue(slices: readonly Slice[], now: number): boolean {
  for (const { ticket } of slices) if (ticket.deadline <= now) return true
  return false
}

function refuse(batcher: Batcher, refused: Refused | undefined): void {
  if (refused) giveUp(batcher, refused.slices, refused.error)
}

/** Fails rows that have not been run. */
function giveUp({ options }: Batcher, slices: readonly Slice[], error: ModelgraphError): void {
  const end = { endedAt: options.clock.monotonic(), runMs: 0 }
  for (const slice of slices) {
    slice.ticket.time(end)
    failSlice(slice, error)
  }
}

function expireWaiting(batcher: Batcher, now: number): void {
  const overdue = batcher.queue.extract((ticket) => ticket.deadline <= now)
  giveUp(batcher, overdue, deadlinePassed(batcher.options.id))
  settleOrWatch(batcher)
}

function settleOrWatch(batcher: Batcher): void {
  if (batcher.queue.isEmpty) batcher.settleIdle()
  else if (!batcher.watch.armed) batcher.watch.until(batcher.queue.earliestDeadline())
}
