import type { RowBlock } from '../tensor/row-block.js'
import type { Artifact, Engine, RunOptions, RunTimes, VersionStatus } from './engine.js'
import { makeRoom } from './memory-budget.js'
import { type EngineOptions, type ResolvedOptions, resolveOptions } from './options.js'
import { notReady } from './refusal.js'
import { Version } from './version.js'
import { WorkerPool } from './worker-pool.js'

/** An engine with no versions. */
export function createEngine(options: EngineOptions = {}): Engine {
  return new SessionEngine(resolveOptions(options))
}

class SessionEngine implements Engine {
  readonly #options: ResolvedOptions
  readonly #versions = new Map<string, Version>()
  readonly #pool: WorkerPool
  readonly #closing = new AbortController()
  #runs = 0

  constructor(options: ResolvedOptions) {
    this.#options = options
    const { clock, runTimeoutMs, loadTimeoutMs, log, maxWorkers } = options
    this.#pool = new WorkerPool({ size: maxWorkers, clock, runTimeoutMs, loadTimeoutMs, log })
  }

  async load(artifact: Artifact): Promise<VersionStatus> {
    await this.#versions.get(artifact.id)?.draining
    if (this.#closing.signal.aborted) throw notReady(artifact.id)
    const known = this.#versions.get(artifact.id)
    if (known !== undefined && known.state !== 'FAILED') {
      await known.loading
      return known.status
    }
    const version = new Version(artifact, {
      options: this.#options,
      pool: this.#pool,
      signal: this.#closing.signal,
    })
    this.#versions.set(artifact.id, version)
    version.lastUsed = ++this.#runs
    await version.load()
    this.#makeRoom(version)
    return version.status
  }

  run(id: string, block: RowBlock, options: RunOptions): Promise<RunTimes> {
    const version = this.#versions.get(id)
    if (version === undefined || !version.accepts) {
      if (block.length > 0) block.fail(0, block.length, notReady(id))
      return Promise.resolve({ queueMs: 0, runMs: 0 })
    }
    version.lastUsed = ++this.#runs
    if (version.state === 'EVICTED' || version.state === 'FAILED') void this.#reload(version)
    return version.batcher.run(block, options)
  }

  status(): readonly VersionStatus[] {
    return [...this.#versions.values()].map((version) => version.status)
  }

  async unload(id: string): Promise<void> {
    const version = this.#versions.get(id)
    if (version === undefined) return
    await version.drain()
    if (this.#versions.get(id) === version) this.#versions.delete(id)
  }

  async close(): Promise<void> {
    this.#closing.abort()
    await Promise.all([...this.#versions.keys()].map((id) => this.unload(id)))
    this.#pool.end()
  }

  async #reload(version: Version): Promise<void> {
    await version.reload()
    this.#makeRoom(version)
  }

  #makeRoom(newcomer: Version): void {
    for (const version of makeRoom([...this.#versions.values()], newcomer, this.#options.memoryBudgetBytes)) {
      this.#options.log?.info({ version: version.artifact.id }, 'evicted to stay within the memory budget')
      void version.evict()
    }
  }
}
