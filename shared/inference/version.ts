import { Batcher } from './batcher.js'
import type { Artifact, RunReport, VersionState, VersionStatus } from './engine.js'
import { type LoadContext, loadVersion, openExecutor } from './load-version.js'
import { type ResolvedSettings, resolveSettings } from './options.js'
import { choosePlacement, typicalRunMicros } from './placement.js'
import { notReady } from './refusal.js'
import type { Serving } from './serving.js'

/** After a failed reload, the next one is tried no sooner. */
const RELOAD_PAUSE_MS = 5000

/** How often the placement is reviewed, in runs. */
const RUNS_PER_REVIEW = 32

/** A version's life: loaded, evicted, loaded again on demand, drained. */
export class Version {
  readonly artifact: Artifact
  readonly settings: ResolvedSettings
  readonly batcher: Batcher
  readonly context: LoadContext
  state: VersionState = 'LOADING'
  /** Settles when the load under way has ended. */
  loading: Promise<void> | undefined
  draining: Promise<void> | undefined
  /** By the engine's count of runs: the least is the least recently used. */
  lastUsed = 0
  memoryBytes = 0
  #placement: 'inline' | 'worker' = 'inline'
  #runMicros = 0
  #runs = 0
  #moving = false
  /** It has served before, so rows may wait for it to be loaded again. */
  #proven = false
  #reloadNotBefore = 0

  constructor(artifact: Artifact, context: LoadContext) {
    this.artifact = artifact
    this.context = context
    this.settings = resolveSettings(artifact.settings)
    const { clock, schedule } = context.options
    const onRun = (report: RunReport) => this.#onRun(report)
    this.batcher = new Batcher({ id: artifact.id, settings: this.settings, clock, schedule, onRun })
  }

  /** In memory, or on its way back. */
  get accepts(): boolean {
    if (this.state === 'READY') return true
    if (!this.#proven || this.state === 'DRAINING') return false
    return this.state !== 'FAILED' || this.context.options.clock.monotonic() >= this.#reloadNotBefore
  }

  /** Loads and warms; rejects with why it can't. */
  async load(): Promise<void> {
    this.state = 'LOADING'
    this.loading = this.#load()
    try {
      await this.loading
    } finally {
      this.loading = undefined
    }
  }

  /** Brings an evicted version back; rows that wait for it fail when that fails. */
  async reload(): Promise<void> {
    try {
      await this.load()
    } catch (error) {
      this.context.options.log?.error(
        { version: this.artifact.id, err: error },
        'an evicted version could not be reloaded',
      )
      this.batcher.failWaiting(notReady(this.artifact.id))
    }
  }

  /** Frees the session and keeps the rest. Only when idle. */
  async evict(): Promise<void> {
    this.state = 'EVICTED'
    await this.#free()
  }

  /** Takes no new rows, ends those that wait and run, then frees the session. */
  drain(): Promise<void> {
    this.draining ??= this.#drain()
    return this.draining
  }

  get status(): VersionStatus {
    return {
      id: this.artifact.id,
      state: this.state,
      placement: this.#placement,
      runMicros: this.#expectedMicros(),
      queuedRows: this.batcher.queue.rows,
      memoryBytes: this.memoryBytes,
    }
  }

  async #load(): Promise<void> {
    try {
      const { serving, memoryBytes } = await loadVersion(this.artifact, this.settings, this.context)
      this.memoryBytes = memoryBytes
      this.#placement = serving.executor.placement
      this.#proven = true
      if (this.draining === undefined) this.state = 'READY'
      this.batcher.attach(serving)
    } catch (error) {
      if (this.draining === undefined) this.state = 'FAILED'
      this.#reloadNotBefore = this.context.options.clock.monotonic() + RELOAD_PAUSE_MS
      throw error
    }
  }

  #onRun(report: RunReport): void {
    if (++this.#runs % RUNS_PER_REVIEW === 0) this.#reviewPlacement()
    this.context.options.onRun(report)
  }

  /** Costs change with the inputs: a version that has become dear leaves the serving thread, a cheap one returns. */
  #reviewPlacement(): void {
    const { serving } = this.batcher
    if (serving === undefined || this.#moving || this.draining !== undefined) return
    const placement = choosePlacement(this.settings, this.#expectedMicros(), this.#placement)
    if (placement !== this.#placement) void this.#move(serving, placement)
  }

  async #move(from: Serving, placement: 'inline' | 'worker'): Promise<void> {
    this.#moving = true
    try {
      const { executor, memoryBytes } = await openExecutor(this.artifact, this.settings, placement, this.context)
      if (this.batcher.serving !== from) return await executor.close()
      this.memoryBytes = memoryBytes
      this.#placement = placement
      this.batcher.attach({ ...from, executor, running: 0 })
      await this.batcher.retire(from)
      await from.executor.close()
    } catch (error) {
      this.context.options.log?.warn({ version: this.artifact.id, placement, err: error }, 'could not be moved')
    } finally {
      this.#moving = false
    }
  }

  /** The latest known while the version is not in memory. */
  #expectedMicros(): number {
    const { serving } = this.batcher
    if (serving !== undefined) this.#runMicros = typicalRunMicros(this.settings, serving.cost, serving.fixedRows)
    return this.#runMicros
  }

  async #drain(): Promise<void> {
    const loading = this.loading
    this.state = 'DRAINING'
    const drained = this.batcher.drain()
    await loading?.catch(() => this.batcher.failWaiting(notReady(this.artifact.id)))
    await drained
    await this.#free()
  }

  async #free(): Promise<void> {
    const { serving } = this.batcher
    this.batcher.serving = undefined
    this.memoryBytes = 0
    await serving?.executor.close()
  }
}
