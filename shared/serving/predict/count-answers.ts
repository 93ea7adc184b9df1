import type { ModelgraphError } from '../../errors/modelgraph-error.js'
import type { Served } from '../../mesh/protocol.js'
import type { PredictionMetrics } from '../../telemetry/prediction-metrics.js'
import type { AnsweredField } from './answered-field.js'
import type { FailedVersion } from './routing-table.js'
import type { RowRoutes } from './row-routes.js'

/** Counts the rows of a field for the versions that answered, and what fell back against those that did not. */
export function countAnswers(field: AnsweredField, metrics: PredictionMetrics): void {
  const { model, routes } = field
  if (routes && !routes.isOne) for (const count of byVersion(field, routes)) tell(field, count, metrics)
  else tell(field, { version: routes?.first.version, rows: field.rows, errors: errorsOf(field) }, metrics)
  if (!routes || (routes.isOne && !routes.first.instead)) return
  for (const [{ version, code }, rows] of fallenBack(field, routes)) metrics.fellBack({ model, version, code, rows })
}

function errorsOf({ errors }: AnsweredField): readonly ModelgraphError[] {
  return errors.size === 0 ? NO_ERRORS : [...errors.values()]
}

const NO_ERRORS: readonly ModelgraphError[] = []

function tell({ model, latencyMs, call }: AnsweredField, count: Count, metrics: PredictionMetrics): void {
  const { version, rows, errors } = count
  metrics.answered({ model, version, latencyMs, rows, errors })
  if (call.context.served) noteServed(call.context.served, model, count)
}

/** Adds to what the version has answered before; rows that reached no version were served by none. */
function noteServed(served: Served[], model: string, { version, rows, errors }: Count): void {
  if (version === undefined) return
  const place = served.findIndex((one) => one[0] === model && one[1] === version)
  if (place < 0) served.push([model, version, rows, errors.length])
  else served[place] = [model, version, served[place]![2] + rows, served[place]![3] + errors.length]
}

interface Count {
  /** Undefined where none could be found. */
  readonly version: number | undefined
  readonly rows: number
  readonly errors: readonly ModelgraphError[]
}

function byVersion({ rows, errors }: AnsweredField, routes: RowRoutes): Iterable<Count> {
  const counts = new Map<number, { version: number; rows: number; errors: ModelgraphError[] }>()
  for (let row = 0; row < rows; row++) {
    const { version } = routes.of(row)
    const count = counts.get(version) ?? { version, rows: 0, errors: [] }
    counts.set(version, count)
    count.rows += 1
    const error = errors.get(row)
    if (error) count.errors.push(error)
  }
  return counts.values()
}

/** A row that was refused at the door reached no version, and so was failed by none. */
function fallenBack({ rows, errors }: AnsweredField, routes: RowRoutes): ReadonlyMap<FailedVersion, number> {
  const counts = new Map<FailedVersion, number>()
  for (let row = 0; row < rows; row++) {
    const { instead } = routes.of(row)
    if (!instead || errors.get(row)?.code === 'BAD_USER_INPUT') continue
    counts.set(instead, (counts.get(instead) ?? 0) + 1)
  }
  return counts
}
