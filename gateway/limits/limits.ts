import { ModelgraphError } from '../../shared/errors/modelgraph-error.js'
import type { RateLimits, RequestLimits } from '../config.js'
import type { RequestContext } from '../request-context.js'
import { takingOf } from './client-taking.js'
import type { Demand } from './cost/demand.js'
import type { Counters, Taken, Taking } from './counting/taking.js'
import { rateHeaders } from './rate-headers.js'
import type { Shedder } from './shedding/shedder.js'
import { shortage } from './shortage.js'

export interface LimitsOptions {
  readonly request: RequestLimits
  readonly rates: RateLimits
  readonly counters: Counters
  readonly shedder: Pick<Shedder, 'refuseBatch'>
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Decides how much a request may ask for, once it is known what it asks, and counts it. */
export class Limits {
  constructor(private readonly options: LimitsOptions) {}

  /** Elements that a list is taken for when nothing is declared of it. */
  get listSize(): number {
    return this.options.request.listSize
  }

  /**
   * Why the request is too much: `COST_LIMIT_EXCEEDED`, `OVERLOADED`, `RATE_LIMITED` or `QUOTA_EXCEEDED`; undefined when it
   * may run. A mutation that asks for predictions is a batch.
   */
  refusal(
    demand: Demand,
    isMutation: boolean,
    context: RequestContext,
  ): ModelgraphError | undefined | Promise<ModelgraphError | undefined> {
    const { request, rates, counters, shedder } = this.options
    const excess = tooMuch(demand, request) ?? (isMutation && demand.rows > 0 ? shedder.refuseBatch() : undefined)
    if (excess) return excess
    const taking = takingOf(context.terms, demand, rates)
    if (!taking) return undefined
    const taken = counters.take(taking)
    if ('then' in taken) return taken.then((known) => this.judge(taking, known, context))
    return this.judge(taking, taken, context)
  }

  private judge(taking: Taking, taken: Taken, { record }: RequestContext): ModelgraphError | undefined {
    const now = this.options.now()
    record.headers = rateHeaders(taking, taken, now)
    return taken.short === undefined ? undefined : shortage(taking, taken, now)
  }
}

function tooMuch({ cost, rows }: Demand, { maxCost, maxRows }: RequestLimits): ModelgraphError | undefined {
  if (rows > maxRows) return excess(`asks for ${rows} predictions`, rows, maxRows)
  if (cost > maxCost) return excess(`has a cost of ${Math.ceil(cost)}`, Math.ceil(cost), maxCost)
  return undefined
}

function excess(what: string, actual: number, limit: number): ModelgraphError {
  return new ModelgraphError('COST_LIMIT_EXCEEDED', `The operation ${what}; the limit is ${limit}.`, { actual, limit })
}
