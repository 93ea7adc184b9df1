import { type Child, settledWithin, startChild } from './child.js'
import type { Clock } from './clock.js'
import { restartDelayMs, STEADY_MS } from './restart-delay.js'
import { StartFailure } from './start-failure.js'

export interface ProcessSpec {
  /** `gateway`, `registry`, or the name of a subgraph. */
  readonly name: string
  /** Compiled main file. */
  readonly script: string
  /** File that takes what it writes. */
  readonly log: string
  /** Port it listens on the first time; 0 for any free one, which it then keeps. */
  readonly port: number
  /** All it sees of the environment, for the port it is to listen on. */
  env(port: number): Readonly<Record<string, string>>
}

export interface Supervision {
  readonly clock: Clock
  readonly say: (line: string) => void
  /** How long a start may take, in milliseconds. */
  readonly startMs: number
  /** How long a process may take to stop by itself before it is killed, in milliseconds. */
  readonly stopMs: number
}

/** One process of the network from its start to its stop: it is started again, on the same port, when it ends unasked. */
export class SupervisedProcess {
  readonly name: string
  readonly #spec: ProcessSpec
  readonly #supervision: Supervision
  #child: Child | undefined
  #wanted = new AbortController()
  #port: number
  #url = ''
  #crashes = 0

  constructor(spec: ProcessSpec, supervision: Supervision) {
    this.name = spec.name
    this.#spec = spec
    this.#supervision = supervision
    this.#port = spec.port
  }

  get url(): string {
    return this.#url
  }

  get pid(): number | undefined {
    return this.#child?.pid
  }

  /** Resolves when the process listens. Rejects with a StartFailure that holds its own last words. */
  async start(): Promise<void> {
    this.#wanted = new AbortController()
    try {
      await this.#launch()
    } catch (cause) {
      this.#wanted.abort()
      throw new StartFailure(`The ${this.name} process did not start. ${(cause as Error).message}`)
    }
  }

  /** Asks it to end what is under way and stop; kills it when it takes too long. */
  async stop(): Promise<void> {
    this.#wanted.abort()
    const child = this.#child
    if (!child) return
    child.signal('SIGTERM')
    if (!(await settledWithin(child.ended, this.#supervision.stopMs, this.#supervision.clock))) {
      this.#supervision.say(`${this.name} does not stop by itself; it is killed.`)
      child.signal('SIGKILL')
    }
    await child.ended
  }

  /** Kills it where it stands; it stays down until it is started again. */
  async kill(): Promise<void> {
    this.#wanted.abort()
    this.#child?.signal('SIGKILL')
    await this.#child?.ended
  }

  async #launch(): Promise<void> {
    const { clock, startMs } = this.#supervision
    const child = startChild({ ...this.#spec, env: this.#spec.env(this.#port) })
    this.#child = child
    void child.ended.then(() => this.#forget(child))
    if (!(await settledWithin(child.ready, startMs, clock))) {
      child.signal('SIGKILL')
      throw new StartFailure(`it was not ready after ${startMs / 1000} s; see ${this.#spec.log}`)
    }
    this.#url = await child.ready
    this.#port = Number(new URL(this.#url).port)
    const since = clock.now()
    void child.ended.then((how) => this.#recover(how, clock.now() - since))
  }

  #forget(child: Child): void {
    if (this.#child === child) this.#child = undefined
  }

  async #recover(how: string, upMs: number): Promise<void> {
    const { clock, say } = this.#supervision
    const { signal } = this.#wanted
    if (upMs >= STEADY_MS) this.#crashes = 0
    for (let reason = how; !signal.aborted; ) {
      const delay = restartDelayMs(++this.#crashes)
      say(`${this.name} stopped unexpectedly (${reason}); it is started again in ${delay / 1000} s.`)
      await clock.sleep(delay, signal)
      if (signal.aborted) return
      try {
        await this.#launch()
        return say(`${this.name} is back.`)
      } catch (cause) {
        reason = (cause as Error).message
      }
    }
  }
}
