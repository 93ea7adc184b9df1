import { ModelgraphError } from '../../errors/modelgraph-error.js'
import type { SubgraphContext } from '../context.js'
import type { Prediction } from '../schema/prediction.js'
import type { Predictor } from './predictor.js'

export interface RowArguments {
  readonly input: unknown
  readonly at?: string | null
}

export interface ListArguments {
  readonly inputs: readonly unknown[]
  readonly at?: string | null
}

export interface ColumnArguments {
  readonly input: Readonly<Record<string, unknown>>
  readonly at?: string | null
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
export async function answerOne(predictor: Predictor, { input, at }: RowArguments, { deadline }: SubgraphContext) {
  const call = { at, deadline, priority: 'interactive', path: 'input', single: true } as const
  const [result] = (await predictor.rows([input], call)).results
  if (result instanceof ModelgraphError) throw result
  return result
}

/** The list query: a prediction or an error for each row. */
export async function answerMany(predictor: Predictor, { inputs, at }: ListArguments, { deadline }: SubgraphContext) {
  const { results } = await predictor.rows(inputs, { at, deadline, priority: 'interactive', path: 'inputs' })
  return rowsOrErrors(results)
}

/** The columns query. */
export async function answerColumns(
  predictor: Predictor,
  { input, at }: ColumnArguments,
  { deadline }: SubgraphContext,
) {
  const call = { at, deadline, priority: 'interactive', path: 'input' } as const
  const { outputs, failed, ...answered } = await predictor.columns(input, call)
  return {
    ...outputs,
    ...answered,
    failed: failed.map(({ row, error: { code, message, details } }) => ({ row, code, message, path: details.path })),
  }
}

/** The batch mutation: rows that give way to interactive ones. */
export async function answerBatch(
  predictor: Predictor,
  { inputs, at }: ListArguments,
  { deadline }: SubgraphContext,
  batchId: string,
) {
  const answered = await predictor.rows(inputs, { at, deadline, priority: 'batch', path: 'inputs' })
  const results = rowsOrErrors(answered.results)
  const failed = results.filter((row) => row instanceof RowError).length
  const { latencyMs, servedBy } = answered
  return { batchId, rows: results.length, succeeded: results.length - failed, failed, latencyMs, servedBy, results }
}

function rowsOrErrors(results: readonly (Prediction | ModelgraphError)[]): (Prediction | RowError)[] {
  return results.map((result, index) => (result instanceof ModelgraphError ? new RowError(index, result) : result))
}
