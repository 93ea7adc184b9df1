import type { ControlClient } from '../../shared/control/client.js'
import { Rounds } from '../../shared/process/rounds.js'
import type { Log } from '../../shared/telemetry/log.js'
import type { SupergraphMemory } from './supergraph-memory.js'
import type { PublishedSupergraph } from './supergraph-version.js'

export interface FollowerOptions {
  readonly registry: Pick<ControlClient, 'supergraph'>
  readonly memory: Pick<SupergraphMemory, 'read' | 'write'>
  /** Takes a supergraph into use; throws when it cannot be served. */
  readonly take: (supergraph: PublishedSupergraph) => Promise<void>
  /** Resolves when it is time to ask again, or when the signal aborts. */
  readonly pause: (signal: AbortSignal) => Promise<void>
  readonly log: Log
}

/**
 * Follows the registry's supergraph: asks by ETag, takes what is new, remembers what was good. A supergraph that cannot
 * be served is logged once and left; the one before stays. Without the registry, what was remembered serves.
 */
export class SupergraphFollower {
  private etag: string | undefined
  private reachable = true
  private readonly rounds: Rounds

  constructor(private readonly options: FollowerOptions) {
    this.rounds = new Rounds({ pause: options.pause, work: () => this.ask() })
  }

  /** Takes the registry's supergraph or, if it does not answer, the remembered one; then follows. */
  async start(): Promise<void> {
    await this.ask()
    if (!this.reachable) await this.recall()
    this.rounds.start()
  }

  stop(): Promise<void> {
    return this.rounds.stop()
  }

  private async ask(): Promise<void> {
    const { signal } = this.rounds
    try {
      const answer = await this.options.registry.supergraph({ etag: this.etag, signal })
      this.noteReachable()
      if (answer === undefined || answer === 'unchanged') return
      this.etag = answer.etag
      await this.take(answer)
    } catch (error) {
      if (!signal.aborted) this.noteUnreachable(error)
    }
  }

  private async take(supergraph: PublishedSupergraph): Promise<void> {
    const { log, take, memory } = this.options
    const { version } = supergraph
    try {
      await take(supergraph)
    } catch (err) {
      log.error({ err, version }, 'refused a supergraph; the one before stays')
      return
    }
    log.info({ version }, 'took a supergraph into use')
    await memory.write(supergraph).catch((err) => log.warn({ err }, 'could not remember the supergraph'))
  }

  private async recall(): Promise<void> {
    const { memory, take, log } = this.options
    try {
      const remembered = await memory.read()
      if (!remembered) return
      await take(remembered)
      log.info({ version: remembered.version }, 'took the remembered supergraph into use')
    } catch (err) {
      log.error({ err }, 'could not take the remembered supergraph into use')
    }
  }

  private noteReachable(): void {
    if (!this.reachable) this.options.log.info('the registry answers again')
    this.reachable = true
  }

  private noteUnreachable(err: unknown): void {
    if (this.reachable) this.options.log.warn({ err }, 'the registry does not answer; going on with what is known')
    this.reachable = false
  }
}
