import type { ControlClient } from '../../control/client.js'
import type { ModelAcknowledgement } from '../../control/protocol.js'
import { ACKNOWLEDGE_EVERY_MS } from '../../control/protocol.js'
import type { Log } from '../../telemetry/log.js'
import type { RoutingTable } from '../predict/routing-table.js'
import type { Deployer } from './deployer.js'

export interface AcknowledgerOptions {
  readonly client: ControlClient
  readonly deployer: Deployer
  readonly routing: RoutingTable
  /** Names this process; another one after a restart. */
  readonly replica: string
  readonly log: Log
  readonly signal: AbortSignal
  /** Waits; ends early, by rejecting, when the signal aborts. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<unknown>
}

/** Longest reason that is sent, in UTF-16 code units. */
const LONGEST_REASON = 2_000

/**
 * Tells the registry which versions and which revision of each rollout are in effect here, so that it lets traffic move to
 * a version only when the replicas can answer. What it cannot tell now it tells again soon; predictions never wait for it.
 */
export class Acknowledger {
  #sending: Promise<void> = Promise.resolve()
  #failing = false

  constructor(private readonly options: AcknowledgerOptions) {}

  /** Tells it what is in effect, after what it is being told already. Never fails. */
  tell(): Promise<void> {
    this.#sending = this.#sending.then(() => this.#send())
    return this.#sending
  }

  /** Tells it again and again, so that it knows that this replica lives, until the signal aborts. */
  async repeat(): Promise<void> {
    const { pause, signal } = this.options
    while (!signal.aborted) {
      await pause(ACKNOWLEDGE_EVERY_MS, signal).catch(() => {})
      await this.tell()
    }
  }

  async #send(): Promise<void> {
    const { client, deployer, replica, log, signal } = this.options
    const models = (deployer.current ?? []).map(({ model }) => this.#inEffect(model))
    if (models.length === 0 || signal.aborted) return
    try {
      await client.acknowledge({ replica, models }, signal)
      this.#failing = false
    } catch (error) {
      if (!this.#failing && !signal.aborted) log.warn({ err: error }, 'cannot tell the registry what is loaded')
      this.#failing = true
    }
  }

  /** A version whose file could not be brought here yet has not failed: it is tried again. */
  #inEffect(model: string): ModelAcknowledgement {
    const { routing, deployer } = this.options
    const routes = routing.of(model)
    const versions = [...(routes?.versions ?? [])]
    const ready = versions.filter(([, { loaded }]) => loaded).map(([version]) => version)
    const failed = versions.flatMap(([version, { id, loaded }]) => {
      const failure = loaded ? undefined : deployer.failureOf(id)
      if (!failure || failure.transient) return []
      return [{ version, reason: `${failure.error.code}: ${failure.error.message}`.slice(0, LONGEST_REASON) }]
    })
    return { model, revision: routes?.policy?.revision ?? 0, ready, failed }
  }
}
