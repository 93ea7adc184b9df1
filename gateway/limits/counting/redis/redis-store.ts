import { createHash } from 'node:crypto'
import { createClient } from '@redis/client'
import type { Log } from '../../../../shared/telemetry/log.js'

/** A Redis that runs scripts. */
export interface ScriptStore {
  /** Fails at once while there is no connection. */
  run(keys: readonly string[], args: readonly string[]): Promise<readonly (string | number)[]>
}

/** Commands that may wait for an answer; more fail at once. */
const MAX_WAITING = 10_000
const CONNECT_TIMEOUT_MS = 1_000
/** How long after a lost connection the next attempt is made at the latest, in milliseconds. */
const RECONNECT_MS = 1_000

/** Runs one script on the Redis of a URL, and connects to it again for as long as it is open. */
export class RedisStore implements ScriptStore {
  private readonly client
  private readonly sha1: string
  private failing = false

  constructor(
    url: string,
    private readonly script: string,
    private readonly log: Log,
  ) {
    this.sha1 = createHash('sha1').update(script).digest('hex')
    this.client = createClient({
      url,
      disableOfflineQueue: true,
      commandsQueueMaxLength: MAX_WAITING,
      socket: {
        connectTimeout: CONNECT_TIMEOUT_MS,
        reconnectStrategy: (retries) => Math.min(RECONNECT_MS, 50 * 2 ** Math.min(retries, 10)),
      },
    })
    this.client.on('error', (error: Error) => this.notice(error))
    this.client.on('ready', () => this.noticeReady())
  }

  /** Begins to connect. Does not fail: as long as there is no Redis, {@link run} does. */
  start(): void {
    this.client.connect().catch((error: Error) => this.notice(error))
  }

  async run(keys: readonly string[], args: readonly string[]): Promise<readonly (string | number)[]> {
    const options = { keys: [...keys], arguments: [...args] }
    try {
      return (await this.client.evalSha(this.sha1, options)) as (string | number)[]
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error
      return (await this.client.eval(this.script, options)) as (string | number)[]
    }
  }

  stop(): void {
    if (this.client.isOpen) this.client.destroy()
  }

  /** Logs the first of a row of failures. Never the URL, which can hold a password. */
  private notice(error: Error): void {
    if (!this.failing) this.log.warn({ reason: error.message }, 'Redis is lost: each gateway counts limits by itself')
    this.failing = true
  }

  private noticeReady(): void {
    if (this.failing) this.log.info('Redis is back: gateways share their limits again')
    this.failing = false
  }
}
