import type { ControlClient } from '../../control/client.js'
import { REPORT_EVERY_MS, type Replica } from '../../control/replicas.js'
import type { Log } from '../../telemetry/log.js'

export interface RegistrationOptions {
  readonly client: Pick<ControlClient, 'reportReplica'>
  readonly replica: Replica
  readonly log: Log
  /** Waits; ends early, by rejecting, when the signal aborts. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<unknown>
}

/**
 * Tells the registry where this process can be asked, again and again, and last that it can be asked no more. While the
 * registry does not listen the subgraph serves on: gateways keep what they know.
 */
export class Registration {
  readonly #stopping = new AbortController()
  readonly #repeating: Promise<void>
  #failing = false

  constructor(private readonly options: RegistrationOptions) {
    this.#repeating = this.#repeat()
  }

  /** Says goodbye. Never fails. */
  async end(): Promise<void> {
    this.#stopping.abort()
    await this.#repeating
    const { client, replica, log } = this.options
    await client.reportReplica({ ...replica, leaving: true }).catch((err) => {
      log.debug({ err }, 'could not tell the registry that this replica leaves')
    })
  }

  async #repeat(): Promise<void> {
    const { signal } = this.#stopping
    while (!signal.aborted) {
      await this.#tell(signal)
      await this.options.pause(REPORT_EVERY_MS, signal).catch(() => {})
    }
  }

  async #tell(signal: AbortSignal): Promise<void> {
    const { client, replica, log } = this.options
    try {
      await client.reportReplica(replica, signal)
      this.#failing = false
    } catch (err) {
      if (!this.#failing && !signal.aborted)
        log.warn({ err }, 'cannot tell the registry where this replica can be asked')
      this.#failing = true
    }
  }
}

/** Addresses that mean every address of this machine, which nobody can call. */
const EVERY_ADDRESS: readonly string[] = ['0.0.0.0', '[::]']

/**
 * The GraphQL endpoint to tell others: at the advertised URL, or else where the server listens. Undefined when it
 * listens on every address and nothing is advertised.
 */
export function endpointOf(listening: string, advertised: string | undefined): string | undefined {
  if (!advertised && EVERY_ADDRESS.includes(new URL(listening).hostname)) return undefined
  return new URL('/graphql', advertised ?? listening).href
}
