import type { ModelgraphError } from '../../errors/modelgraph-error.js'
import type { Served } from '../../mesh/protocol.js'
import type { PredictionMetrics } from '../../telemetry/prediction-metrics.js'
import type { AnsweredField } from './answered-field.js'
import type { FailedVersion } from './routing-table.js'
import type { RowRoutes } from './row-routes.js'

/** Counts the rows of a field for the versions that answered, and what fell back against those that did not. */
export function countAnswers(field: AnsweredField, metrics: PredictionMetrics): void {
  const { model, routes, latencyMs } = field
  const all = { version: routes?.first.version, rows: field.rows, errors: [...field.errors.values()] }
  const counted = routes && !routes.isOne ? byVersion(field, routes) : [all]
  for (const count of counted) {
    metrics.answered({ model, latencyMs, ...count })
    if (field.call.context.served) noteServed(field.call.context.served, model, count)
  }
  for (const [{ version, code }, rows] of fallenBack(field)) metrics.fellBack({ model, version, code, rows })
}

/** Adds to what the version has answered before; rows that reached no version were served by none. */
function noteServed(served: Served[], model: string, { version, rows, errors }: Partial<Count> & Rows): void {
  if (version === undefined) return
  const place = served.findIndex((one) => one[0] === model && one[1] === version)
  if (place < 0) served.push([model, version, rows, errors.length])
  else served[place] = [model, version, served[place]![2] + rows, served[place]![3] + errors.length]
}

interface Rows {
  rows: number
  readonly errors: ModelgraphError[]
}

interface Count extends Rows {
  readonly version: number
}

function byVersion({ rows, errors }: AnsweredField, routes: RowRoutes): Iterable<Count> {
  const counts = new Map<number, Count>()
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
function fallenBack({ routes, rows, errors }: AnsweredField): ReadonlyMap<FailedVersion, number> {
  const counts = new Map<FailedVersion, number>()
  if (!routes || (routes.isOne && !routes.first.instead)) return counts
  for (let row = 0; row < rows; row++) {
    const { instead } = routes.of(row)
    if (!instead || errors.get(row)?.code === 'BAD_USER_INPUT') continue
    counts.set(instead, (counts.get(instead) ?? 0) + 1)
  }
  return counts
}
