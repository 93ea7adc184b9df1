import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { ComposedSubgraph, Composition } from './composition.js'

/** Asks the thread. */
export interface ComposeCall {
  readonly id: number
  readonly subgraphs: readonly ComposedSubgraph[]
}

/** The thread's answer. */
export type ComposeAnswer = { readonly id: number } & (
  | { readonly composition: Composition }
  | { readonly failure: string }
)

interface Waiting {
  readonly resolve: (composition: Composition) => void
  readonly reject: (error: Error) => void
}

/** A composition that takes longer is given up; thousands of types take seconds. */
const LIMIT_MS = 120_000

/**
 * Composes on a thread of its own, so that queries go on. The thread is started when first needed, and again if it
 * dies.
 */
export class Composer {
  readonly #waiting = new Map<number, Waiting>()
  #worker: Worker | undefined
  #calls = 0

  /** Rejects only when the thread fails; subgraphs that don't compose are an answer. */
  async compose(subgraphs: readonly ComposedSubgraph[]): Promise<Composition> {
    const id = this.#calls++
    const worker = this.#thread()
    const limit = setTimeout(() => void worker.terminate(), LIMIT_MS)
    worker.ref()
    try {
      return await new Promise((resolve, reject) => {
        this.#waiting.set(id, { resolve, reject })
        worker.postMessage({ id, subgraphs } satisfies ComposeCall)
      })
    } finally {
      clearTimeout(limit)
      if (this.#waiting.size === 0) worker.unref()
    }
  }

  async close(): Promise<void> {
    await this.#worker?.terminate()
  }

  #thread(): Worker {
    if (this.#worker) return this.#worker
    const worker = new Worker(entryUrl(), { name: 'composer', execArgv: [] })
    worker.on('message', (answer: ComposeAnswer) => this.#settle(answer))
    worker.on('error', (error) => this.#lose(worker, `The composer failed: ${error.message}`))
    worker.on('exit', (code) => this.#lose(worker, `The composer ended with code ${code}.`))
    this.#worker = worker
    return worker
  }

  #settle(answer: ComposeAnswer): void {
    const waiting = this.#waiting.get(answer.id)
    this.#waiting.delete(answer.id)
    if ('composition' in answer) waiting?.resolve(answer.composition)
    else waiting?.reject(new Error(answer.failure))
  }

  #lose(worker: Worker, reason: string): void {
    if (this.#worker !== worker) return
    this.#worker = undefined
    for (const { reject } of this.#waiting.values()) reject(new Error(reason))
    this.#waiting.clear()
  }
}

/** Threads run compiled code; when this module is TypeScript itself, its twin under dist/ is meant. */
function entryUrl(): URL {
  const beside = new URL('./composer-thread.js', import.meta.url)
  return existsSync(fileURLToPath(beside))
    ? beside
    : new URL('../../../dist/subgraphs/registry/schemas/composer-thread.js', import.meta.url)
}
