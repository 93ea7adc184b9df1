import { Worker } from 'node:worker_threads'
import type { QueryPlan } from '@apollo/query-planner'
import { ModelgraphError } from '../../shared/errors/modelgraph-error.js'
import type { AnswerMessage, PlannedSupergraph, PlannerAnswers, PlannerCall } from './protocol.js'

/** Plans waiting for the thread at most; more are refused. A plan takes milliseconds, and is made once per operation. */
const MAX_PENDING = 256

interface Pending {
  readonly resolve: (value: never) => void
  readonly reject: (error: Error) => void
}

/**
 * Loads supergraphs and plans operations on a thread of its own, so that neither stops the requests under way. A thread
 * that breaks is replaced, and has every graph that is in use loaded again before it plans.
 */
export class Planner {
  private thread: Worker | undefined
  private readonly pending = new Map<number, Pending>()
  private readonly sdls = new Map<number, string>()
  private calls = 0
  private graphs = 0

  /** Loads a supergraph; throws when it cannot be served. */
  async load(sdl: string): Promise<PlannedSupergraph & { readonly graph: number }> {
    const graph = ++this.graphs
    const loaded = await this.call({ method: 'load', graph, sdl })
    this.sdls.set(graph, sdl)
    return { ...loaded, graph }
  }

  /** Plans an operation of a document that is valid on the graph. Throws `OVERLOADED` when too many wait. */
  async plan(graph: number, query: string, operationName: string | undefined): Promise<QueryPlan> {
    if (this.pending.size >= MAX_PENDING) {
      throw new ModelgraphError('OVERLOADED', 'Too many operations wait to be planned.', { retryAfterMs: 1_000 })
    }
    return this.call({ method: 'plan', graph, query, operationName })
  }

  /** Forgets a graph that no request runs on. */
  async unload(graph: number): Promise<void> {
    this.sdls.delete(graph)
    await this.call({ method: 'unload', graph })
  }

  async close(): Promise<void> {
    const { thread } = this
    this.thread = undefined
    this.fail('the gateway stops')
    await thread?.terminate()
  }

  private call<C extends PlannerCall>(call: C): Promise<PlannerAnswers[C['method']]> {
    const thread = this.thread ?? this.start()
    return new Promise((resolve, reject) => {
      const id = this.calls++
      this.pending.set(id, { resolve, reject })
      thread.postMessage({ id, call })
    })
  }

  private start(): Worker {
    const thread = new Worker(entryUrl(), { name: 'planner', execArgv: [], stdin: false })
    thread.on('message', (message: AnswerMessage) => this.settle(message))
    thread.on('error', (error) => this.lose(thread, error.message))
    thread.on('exit', () => this.lose(thread, 'it ended'))
    thread.unref()
    this.thread = thread
    for (const [graph, sdl] of this.sdls) void this.call({ method: 'load', graph, sdl }).catch(() => {})
    return thread
  }

  private settle(message: AnswerMessage): void {
    const pending = this.pending.get(message.id)
    this.pending.delete(message.id)
    if ('failure' in message) pending?.reject(new Error(message.failure))
    else pending?.resolve(message.value as never)
  }

  private lose(thread: Worker, reason: string): void {
    if (this.thread !== thread) return
    this.thread = undefined
    this.fail(reason)
  }

  private fail(reason: string): void {
    const lost = [...this.pending.values()]
    this.pending.clear()
    for (const { reject } of lost) reject(new Error(`The planner's thread was lost: ${reason}.`))
  }
}

/** Threads run compiled code; when this module is TypeScript itself (in tests), its twin under dist/ is meant. */
function entryUrl(): URL {
  const compiled = import.meta.url.endsWith('.ts') ? '../../dist/gateway/planner/' : './'
  return new URL(`${compiled}planner-entry.js`, import.meta.url)
}
