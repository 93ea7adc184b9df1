import { ModelgraphError } from '../../shared/errors/modelgraph-error.js'
import type { Log } from '../../shared/telemetry/log.js'
import { SPAN_KIND } from '../../shared/telemetry/tracing/span.js'
import type { RequestContext } from '../request-context.js'
import { chooseReplica } from './balance/choose.js'
import { Ejector } from './balance/ejector.js'
import { Replica, type ReplicaOptions } from './balance/replica.js'
import { RetryBudget } from './balance/retry-budget.js'
import { Room } from './balance/room.js'
import { Call, type CallHost } from './call.js'
import { FetchCounts, type FetchOutcome, type SubgraphCounters } from './counters.js'
import type { OpenLink } from './link/open-link.js'
import type { MeshAnswer, MeshRequest, Subgraph } from './mesh.js'
import type { MeshTime } from './mesh-time.js'
import type { Transport } from './wire/transport.js'

export interface DestinationOptions {
  readonly transport: Transport
  readonly time: MeshTime
  /** Uniform in [0, 1). */
  readonly random: () => number
  readonly sign: ReplicaOptions['sign']
  /** Opens links to replicas that offer them. */
  readonly openLink: OpenLink
  readonly log: Log
  /** Longest time for one try, in milliseconds. */
  readonly timeoutMs: number
  /** After this time a query is sent to a second replica as well, in milliseconds; 0 for half of the time it has. */
  readonly hedgeAfterMs: number
  /** Retries for every hundred fetches, and how many are always allowed per second. */
  readonly retry: { readonly percent: number; readonly minPerSecond: number }
  /** Fetches under way at most. */
  readonly maxInFlight: number
}

/** Weight of the latest fetch in the usual latency. */
const LATEST = 0.1
const SHORTEST_RETRY_AFTER_MS = 50

/** One subgraph and its replicas. */
export class Destination implements CallHost {
  readonly time: MeshTime
  readonly budget: RetryBudget
  readonly counts = new FetchCounts()
  readonly timeoutMs: number
  readonly hedgeAfterMs: number
  private replicas: readonly Replica[]
  private readonly room: Room
  private readonly ejector: Ejector
  private usualMs = 0

  constructor(
    readonly subgraph: Subgraph,
    private readonly options: DestinationOptions,
  ) {
    const { time, retry, maxInFlight, transport, log } = options
    this.time = time
    this.timeoutMs = options.timeoutMs
    this.hedgeAfterMs = options.hedgeAfterMs
    this.budget = new RetryBudget({ ...retry, monotonic: time.monotonic })
    this.room = new Room(maxInFlight)
    const replicas = () => this.replicas
    const onEjected = () => this.counts.count('ejections')
    this.ejector = new Ejector({ subgraph: subgraph.name, time, transport, log, replicas, onEjected })
    this.replicas = [this.open(subgraph.url)]
  }

  get isAlone(): boolean {
    return this.replicas.length === 1
  }

  get urls(): readonly string[] {
    return this.replicas.map(({ url }) => url)
  }

  fetch(request: MeshRequest, context: RequestContext): Promise<MeshAnswer> {
    const { span } = context
    if (!span) return this.send(request, context)
    const fetching = span.child(`fetch ${this.subgraph.name}`, SPAN_KIND.CLIENT)
    const sent = this.send(request, { ...context, span: fetching })
    return sent.finally(() => fetching.end({ 'modelgraph.subgraph': this.subgraph.name }))
  }

  private send(request: MeshRequest, context: RequestContext): Promise<MeshAnswer> {
    if (!this.room.enter(context.caller.criticality)) return Promise.reject(this.full())
    return new Promise((resolve, reject) => {
      const startedAt = this.time.monotonic()
      const call = new Call(request, context, this, (outcome, answer) => {
        const tookMs = this.time.monotonic() - startedAt
        this.left(outcome, tookMs)
        notePredicted(context, answer, tookMs)
        if (answer instanceof ModelgraphError) reject(answer)
        else resolve(answer)
      })
      call.start()
    })
  }

  choose(tried: readonly Replica[]): Replica | undefined {
    const { options, time } = this
    const now = time.monotonic()
    if (tried.length === 0) return chooseReplica(this.replicas, now, options.random)
    const others = this.replicas.filter((replica) => !tried.includes(replica) && replica.share(now) > 0)
    return chooseReplica(others, now, options.random)
  }

  /** Uses these replicas beside the one at the subgraph's own URL; those that stay keep their state. */
  useReplicas(urls: readonly string[]): void {
    const known = new Map(this.replicas.map((replica) => [replica.url, replica]))
    const wanted = new Set([this.subgraph.url, ...urls])
    this.replicas = [...wanted].map((url) => known.get(url) ?? this.open(url))
    for (const replica of this.replicas) replica.useLink(urls.includes(replica.url))
    for (const [url, replica] of known) if (!wanted.has(url)) replica.close()
  }

  counters(): SubgraphCounters {
    const { counts, replicas, room } = this
    const ejectedReplicas = replicas.filter(({ health }) => health.isEjected).length
    return {
      ...counts,
      fetches: { ...counts.fetches },
      inFlight: room.inFlight,
      replicas: replicas.length,
      ejectedReplicas,
      linkedReplicas: replicas.filter(({ isLinked }) => isLinked).length,
    }
  }

  /** Lets what is under way end. */
  async drain(): Promise<void> {
    await this.room.empty()
    this.ejector.stop()
    for (const replica of this.replicas) replica.close()
  }

  private open(url: string): Replica {
    const { transport, sign, time, openLink, log } = this.options
    return new Replica(url, {
      subgraph: this.subgraph.name,
      transport,
      sign,
      time,
      open: openLink,
      log,
      onRequest: () => this.counts.count('requests'),
      onVerdict: (replica, verdict) => this.ejector.note(replica, verdict),
    })
  }

  private left(outcome: FetchOutcome, tookMs: number): void {
    this.counts.fetches[outcome] += 1
    if (outcome === 'answered') this.usualMs += LATEST * (tookMs - this.usualMs)
    this.room.leave()
  }

  private full(): ModelgraphError {
    const { name: subgraph } = this.subgraph
    this.counts.fetches.overloaded += 1
    const retryAfterMs = Math.max(SHORTEST_RETRY_AFTER_MS, Math.ceil(this.usualMs))
    const message = `The subgraph ${subgraph} has too many requests under way.`
    return new ModelgraphError('OVERLOADED', message, { subgraph, retryAfterMs })
  }
}

function notePredicted({ record }: RequestContext, answer: MeshAnswer | ModelgraphError, tookMs: number): void {
  if (answer instanceof ModelgraphError || answer.served.length === 0) return
  record.predicted ??= []
  record.predicted.push({ served: answer.served, tookMs })
}
