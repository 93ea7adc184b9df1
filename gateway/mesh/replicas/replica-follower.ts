import type { ControlClient } from '../../../shared/control/client.js'
import type { Replica, Replicas } from '../../../shared/control/replicas.js'
import { Rounds } from '../../../shared/process/rounds.js'
import type { Log } from '../../../shared/telemetry/log.js'
import type { ReplicaMemory } from './replica-memory.js'

export interface ReplicaFollowerOptions {
  readonly registry: Pick<ControlClient, 'replicas'>
  readonly memory: Pick<ReplicaMemory, 'read' | 'write'>
  /** Takes the URLs of each subgraph's replicas into use. */
  readonly use: (urls: ReadonlyMap<string, readonly string[]>) => void
  /** Resolves after so many milliseconds, or when the signal aborts. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>
  readonly log: Log
}

/** How long the registry may hold its answer back until something changes, in milliseconds. */
const LONG_POLL_MS = 20_000
/** A registry that answers at once is asked no more often, in milliseconds. */
const SHORTEST_PAUSE_MS = 250
const PAUSE_AFTER_FAILURE_MS = 1_000

/**
 * Follows the registry's list of replicas by long polls and remembers it. While the registry is down, the last list stays in
 * use: replicas that are gone are found out by the mesh itself.
 */
export class ReplicaFollower {
  private etag: string | undefined
  private reachable = true
  private readonly rounds: Rounds

  constructor(private readonly options: ReplicaFollowerOptions) {
    this.rounds = new Rounds({ pause: (signal) => this.pause(signal), work: () => this.ask() })
  }

  /** Uses what the registry knows or, if it does not answer, what is remembered; then follows. */
  async start(): Promise<void> {
    await this.ask()
    if (!this.reachable) await this.recall()
    this.rounds.start()
  }

  stop(): Promise<void> {
    return this.rounds.stop()
  }

  private pause(signal: AbortSignal): Promise<void> {
    return this.options.pause(this.reachable ? SHORTEST_PAUSE_MS : PAUSE_AFTER_FAILURE_MS, signal)
  }

  private async ask(): Promise<void> {
    const { log, registry } = this.options
    const { signal } = this.rounds
    try {
      const answer = await registry.replicas({ etag: this.etag, waitMs: this.etag ? LONG_POLL_MS : 0, signal })
      if (!this.reachable) log.info('the registry tells of replicas again')
      this.reachable = true
      if (answer === 'unchanged') return
      this.etag = answer.etag
      await this.take(answer.replicas)
    } catch (err) {
      if (signal.aborted) return
      if (this.reachable) log.warn({ err }, 'the registry tells of no replicas; going on with those known')
      this.reachable = false
    }
  }

  private async take(replicas: Replicas): Promise<void> {
    const { use, memory, log } = this.options
    use(urlsOf(replicas.replicas))
    await memory.write(replicas).catch((err) => log.warn({ err }, 'could not remember the replicas'))
  }

  private async recall(): Promise<void> {
    const { use, memory, log } = this.options
    try {
      const remembered = await memory.read()
      if (remembered) use(urlsOf(remembered.replicas))
    } catch (err) {
      log.warn({ err }, 'what is remembered of the replicas cannot be read')
    }
  }
}

function urlsOf(replicas: readonly Replica[]): Map<string, string[]> {
  const urls = new Map<string, string[]>()
  for (const { subgraph, url } of replicas) urls.set(subgraph, [...(urls.get(subgraph) ?? []), url])
  return urls
}
