import { ModelgraphError } from '../../errors/modelgraph-error.js'
import type { SubgraphContext } from '../context.js'
import type { Prediction } from '../schema/prediction.js'
import { type Call, runOptionsOf } from './call.js'
import type { Predictor } from './predictor.js'
import { routingKeyOf } from './routing-key.js'

/** What every form takes beside its rows. */
export interface RoutingArguments {
  readonly at?: string | null
  readonly routingKey?: string | null
}

export interface RowArguments extends RoutingArguments {
  readonly input: unknown
}

export interface ListArguments extends RoutingArguments {
  readonly inputs: readonly unknown[]
}

export interface ColumnArguments extends RoutingArguments {
  readonly input: Readonly<Record<string, unknown>>
}

/** A row of a list that was not answered: `PredictionError` in the graph. */
export class RowError {
  readonly code: string
  readonly message: string
  readonly path: string | undefined
  readonly expected: string | undefined
  readonly received: string | undefined
  readonly retryable: boolean

  constructor(
    readonly index: number,
    error: ModelgraphError,
  ) {
    this.code = error.code
    this.message = error.message
    this.path = error.details.path
    this.expected = error.details.expected
    this.received = error.details.received
    this.retryable = error.retryable
  }
}

/** The single query: one prediction, or its error thrown. */
export function answerOne(predictor: Predictor, args: RowArguments, context: SubgraphContext): Promise<Prediction> {
  return predictor.row(args.input, callOf(args, context, 'input', true))
}

/** The list query: a prediction or an error for each row. */
export async function answerMany(predictor: Predictor, args: ListArguments, context: SubgraphContext) {
  const { results } = await predictor.rows(args.inputs, callOf(args, context, 'inputs'))
  return rowsOrErrors(results)
}

/** The columns query. */
export async function answerColumns(predictor: Predictor, args: ColumnArguments, context: SubgraphContext) {
  const { outputs, failed, ...answered } = await predictor.columns(args.input, callOf(args, context, 'input'))
  return {
    ...outputs,
    ...answered,
    failed: failed.map(({ row, error: { code, message, details } }) => ({ row, code, message, path: details.path })),
  }
}

/** The batch mutation: rows that give way to interactive ones. */
export async function answerBatch(
  predictor: Predictor,
  args: ListArguments,
  context: SubgraphContext,
  batchId: string,
) {
  const call = { ...callOf(args, context, 'inputs'), ...runOptionsOf('batch', context) }
  const answered = await predictor.rows(args.inputs, call)
  const results = rowsOrErrors(answered.results)
  const failed = results.filter((row) => row instanceof RowError).length
  const { latencyMs, servedBy, deprecation } = answered
  const counts = { rows: results.length, succeeded: results.length - failed, failed }
  return { batchId, ...counts, latencyMs, servedBy, deprecation, results }
}

function callOf({ at, routingKey }: RoutingArguments, context: SubgraphContext, path: string, single = false): Call {
  const key = routingKeyOf(routingKey, undefined, context)
  return { at, key, context, path, single, ...runOptionsOf('interactive', context) }
}

function rowsOrErrors(results: readonly (Prediction | ModelgraphError)[]): (Prediction | RowError)[] {
  return results.map((result, index) => (result instanceof ModelgraphError ? new RowError(index, result) : result))
}
