import { ModelgraphError } from '../../shared/errors/modelgraph-error.js'
import type { RequestContext } from '../request-context.js'
import { Attempt } from './attempt.js'
import type { Replica } from './balance/replica.js'
import type { RetryBudget } from './balance/retry-budget.js'
import type { FetchCounts, FetchOutcome } from './counters.js'
import type { MeshAnswer, MeshRequest } from './mesh.js'
import type { MeshTime } from './mesh-time.js'
import { Failure, type Outcome } from './wire/part.js'

/** Replicas that one fetch is sent to at most, one after the other or at once. */
const MOST_TRIES = 3

/** What a call stands on: its destination. */
export interface CallHost {
  readonly time: MeshTime
  readonly budget: RetryBudget
  readonly counts: FetchCounts
  /** Longest time for one try, in milliseconds. */
  readonly timeoutMs: number
  /** After this time a query is sent to a second replica as well, in milliseconds; 0 for half of the time it has. */
  readonly hedgeAfterMs: number
  /** The best replica; undefined when all that can be given traffic were tried. */
  choose(tried: readonly Replica[]): Replica | undefined
  /** Whether there is one replica only. */
  readonly isAlone: boolean
}

/** Told once how a call ended. */
export type CallEnded = (outcome: FetchOutcome, answer: MeshAnswer | ModelgraphError) => void

/**
 * One fetch, from the first try to its answer or the error that stands for it. It holds a request's body, so it may not
 * outlive it: a function expression assigned to a property is made among V8's old objects, where it would keep the call
 * and its body until the whole heap is marked. Hence functions get a name first.
 */
export class Call {
  private readonly open: Attempt[] = []
  private readonly tried: Replica[] = []
  private readonly startedAt: number
  private readonly deadline: number
  private over = false
  private readonly giveUp: () => void

  constructor(
    private readonly request: MeshRequest,
    private readonly context: RequestContext,
    private readonly host: CallHost,
    private readonly ended: CallEnded,
  ) {
    this.startedAt = host.time.monotonic()
    this.deadline = this.startedAt + context.deadlineAt - host.time.now()
    const giveUp = () => this.abandon()
    this.giveUp = giveUp
  }

  start(): void {
    const { host, context } = this
    if (this.deadline <= this.startedAt) return void this.end('late', this.late('The operation ran out of time.'))
    if (context.signal.aborted) return void this.abandon()
    context.signal.addEventListener('abort', this.giveUp)
    host.budget.deposit()
    this.try(host.choose([])!)
  }

  private get isQuery(): boolean {
    return this.request.operation.kind === 'query'
  }

  private try(replica: Replica): void {
    const { host, request, context } = this
    const now = host.time.monotonic()
    const expiresAt = Math.min(this.deadline, now + host.timeoutMs)
    const { operation, variables } = request
    const reviewAt = this.reviewAt(now)
    const given = { operation, variables, context, expiresAt, reviewAt }
    const tell = (attempt: Attempt, outcome: Outcome) => this.tell(attempt, outcome)
    const attempt = new Attempt(given, replica, tell, () => this.hedge())
    this.tried.push(replica)
    this.open.push(attempt)
    attempt.start()
  }

  /** A first try that hangs must leave time for a second one, whatever the limit for one try. */
  private reviewAt(now: number): number {
    const { hedgeAfterMs, isAlone } = this.host
    if (isAlone || !this.isQuery || this.tried.length > 0) return Infinity
    return now + (hedgeAfterMs || (this.deadline - now) / 2)
  }

  private tell(attempt: Attempt, outcome: Outcome): void {
    this.open.splice(this.open.indexOf(attempt), 1)
    if (this.over) return
    if (!(outcome instanceof Failure)) return void this.end('answered', outcome)
    if (this.open.length > 0 || this.retry(outcome)) return
    this.fail(outcome)
  }

  private retry({ kind }: Failure): boolean {
    const { host, tried } = this
    if (!this.mayBeSentAgain(kind) || tried.length >= MOST_TRIES) return false
    if (host.time.monotonic() >= this.deadline) return false
    const replica = this.another(kind)
    if (!replica) return false
    if (!host.budget.withdraw()) {
      host.counts.count('retriesDenied')
      return false
    }
    host.counts.count('retries')
    this.try(replica)
    return true
  }

  /** A mutation that was refused the connection was never sent. */
  private mayBeSentAgain(kind: Failure['kind']): boolean {
    return this.isQuery || kind === 'refused'
  }

  /** A connection may break for no fault of the replica: when it has just closed it for being idle. */
  private another(kind: Failure['kind']): Replica | undefined {
    const { host, tried } = this
    if (host.isAlone) return kind === 'broken' && tried.length === 1 ? tried[0] : undefined
    return host.choose(tried)
  }

  private hedge(): void {
    const { host, tried } = this
    const replica = host.choose(tried)
    if (!replica || !host.budget.withdraw()) return
    host.counts.count('hedges')
    this.try(replica)
  }

  private abandon(): void {
    const { name: subgraph } = this.request.subgraph
    const message = `The subgraph ${subgraph} was no longer waited for.`
    this.end('abandoned', new ModelgraphError('SUBGRAPH_UNAVAILABLE', message, { subgraph }))
  }

  private fail({ kind, reason, detail }: Failure): void {
    const { name: subgraph } = this.request.subgraph
    if (detail.answer) return void this.end(kind === 'overloaded' ? 'overloaded' : 'answered', detail.answer)
    if (kind === 'late')
      return void this.end('late', this.late(`The subgraph ${subgraph} did not answer ${this.within()}.`))
    const message = `The subgraph ${subgraph} ${reason}.`
    this.end('unavailable', new ModelgraphError('SUBGRAPH_UNAVAILABLE', message, { subgraph }, detail.cause))
  }

  private within(): string {
    const limit = Math.min(this.deadline - this.startedAt, this.host.timeoutMs)
    return `within ${Math.round(limit)} ms`
  }

  private late(message: string): ModelgraphError {
    return new ModelgraphError('DEADLINE_EXCEEDED', message, { subgraph: this.request.subgraph.name })
  }

  private end(outcome: FetchOutcome, answer: MeshAnswer | ModelgraphError): void {
    if (this.over) return
    this.over = true
    this.context.signal.removeEventListener('abort', this.giveUp)
    for (const attempt of [...this.open]) attempt.abandon()
    this.ended(outcome, answer)
  }
}
