import { ModelgraphError } from '../../shared/errors/modelgraph-error.js'
import type { RequestLimits } from '../config.js'
import type { RequestContext } from '../request-context.js'
import type { Demand } from './cost/demand.js'

export interface LimitsOptions {
  readonly request: RequestLimits
}

/** Decides how much a request may ask for, once it is known what it asks. */
export class Limits {
  constructor(private readonly options: LimitsOptions) {}

  /** Elements that a list is taken for when nothing is declared of it. */
  get listSize(): number {
    return this.options.request.listSize
  }

  /** Why the request is too much; undefined when it may run. */
  refusal(
    demand: Demand,
    _context: RequestContext,
  ): ModelgraphError | undefined | Promise<ModelgraphError | undefined> {
    return tooMuch(demand, this.options.request)
  }
}

function tooMuch({ cost, rows }: Demand, { maxCost, maxRows }: RequestLimits): ModelgraphError | undefined {
  if (rows > maxRows) return refusal('asks for', rows, 'predictions', maxRows)
  if (cost > maxCost) return refusal('has a', Math.ceil(cost), 'cost', maxCost)
  return undefined
}

function refusal(verb: string, actual: number, what: string, limit: number): ModelgraphError {
  const amount = what === 'cost' ? `${verb} cost of ${actual}` : `${verb} ${actual} ${what}`
  return new ModelgraphError('COST_LIMIT_EXCEEDED', `The operation ${amount}; the limit is ${limit}.`, {
    actual,
    limit,
  })
}
