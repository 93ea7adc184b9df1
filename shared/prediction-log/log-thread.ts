import { Worker } from 'node:worker_threads'
import type { Contract } from '../contract/declaration.js'
import type { Environment } from '../control/protocol.js'
import type { Log } from '../telemetry/log.js'
import type { FromWriter, ToWriter, WriterLink, WriterListener } from './writer-protocol.js'

/** A model whose predictions are recorded. */
export interface LoggedModel {
  readonly name: string
  readonly contract: Contract
  /** Share of rows that are recorded, in percent. */
  readonly sample: number
}

/** What the thread needs to write and deliver. */
export interface LogThreadData {
  /** Name of this process's service. */
  readonly service: string
  readonly environment: Environment
  readonly models: readonly LoggedModel[]
  /** Where the spool is. */
  readonly folder: string
  /** Bytes of the spool, at most. */
  readonly spoolBytes: number
  readonly registryUrl: string
  readonly secret: string
  readonly logLevel: string
}

export interface LogThreadOptions {
  readonly log: Log
  /** Waits; ends early, by rejecting, when the signal aborts. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<unknown>
}

/** A thread that has ended is replaced after this time, in milliseconds. */
const REPLACE_MS = 1_000

/**
 * The thread that writes and delivers what is recorded. One that ends is replaced, and what is sent meanwhile waits; it is
 * asked to leave and never terminated, so that it writes what it has.
 */
export class LogThread implements WriterLink {
  /** Once the first thread has its spool open; rejects when it cannot have, and then there will be no other. */
  readonly opened: Promise<void>
  readonly #leaving = new AbortController()
  #listener: WriterListener | undefined
  #worker: Worker | undefined
  #held: (readonly [message: ToWriter, transfer: readonly ArrayBuffer[]])[] = []
  #settleOpening: { readonly resolve: () => void; readonly reject: (error: Error) => void } | undefined

  constructor(
    private readonly data: LogThreadData,
    private readonly options: LogThreadOptions,
  ) {
    this.opened = new Promise((resolve, reject) => {
      this.#settleOpening = { resolve, reject }
    })
    this.#start()
  }

  follow(listener: WriterListener): void {
    this.#listener = listener
  }

  send(message: ToWriter, transfer: readonly ArrayBuffer[]): void {
    if (message.type === 'close') this.#leaving.abort()
    if (this.#worker) this.#worker.postMessage(message, transfer)
    else if (message.type === 'close') this.#listener?.onLost()
    else this.#held.push([message, transfer])
  }

  #start(): void {
    const worker = new Worker(entryUrl(), {
      name: 'prediction-log',
      execArgv: [],
      stdin: false,
      workerData: this.data,
    })
    this.#worker = worker
    worker.on('message', (message: FromWriter) => this.#told(message))
    worker.on('error', (error) => this.options.log.error({ err: error }, 'the thread of the prediction log failed'))
    worker.on('exit', () => this.#ended())
    for (const [message, transfer] of this.#held.splice(0)) worker.postMessage(message, transfer)
  }

  #told(message: FromWriter): void {
    if (message.type === 'opened') this.#open()
    else if (message.type === 'failed') this.#fail(message.message)
    this.#listener?.onMessage(message)
  }

  #open(): void {
    this.#settleOpening?.resolve()
    this.#settleOpening = undefined
  }

  #fail(message: string): void {
    this.options.log.error({ reason: message }, 'the spool of the prediction log cannot be opened')
    this.#settleOpening?.reject(new Error(message))
  }

  #ended(): void {
    this.#worker = undefined
    this.#listener?.onLost()
    this.#settleOpening?.reject(new Error('the thread of the prediction log ended before its spool was open'))
    const { signal } = this.#leaving
    if (signal.aborted || this.#settleOpening) return
    this.options.log.warn('the thread of the prediction log was lost and is replaced')
    this.options.pause(REPLACE_MS, signal).then(
      () => this.#start(),
      () => {},
    )
  }
}

/** Threads run compiled code; when this module is TypeScript itself (in tests), its twin under dist/ is meant. */
function entryUrl(): URL {
  const compiled = import.meta.url.endsWith('.ts') ? '../../dist/shared/prediction-log/' : './'
  return new URL(`${compiled}log-thread-entry.js`, import.meta.url)
}
