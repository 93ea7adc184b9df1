import { ModelgraphError } from '../../errors/modelgraph-error.js'
import type { DeprecationNotice, ModelVersion, Prediction, Route } from '../schema/prediction.js'
import type { AnsweredField } from './answered-field.js'
import type { Routed } from './routing-table.js'
import type { RowRoutes } from './row-routes.js'

/** Where answers came from. */
export interface Provenance {
  readonly route: Route
  readonly latencyMs: number
  readonly servedBy: ModelVersion
  readonly deprecation: DeprecationNotice | null
}

/** Rows of columns that another version answered than the rest. */
export interface FallbackRows {
  readonly rows: readonly number[]
  readonly servedBy: ModelVersion
}

/** A field whose rows were routed. */
export type RoutedField = AnsweredField & { readonly routes: NonNullable<AnsweredField['routes']> }

/** Writes into each prediction where it came from; `cached` are the rows that were answered from memory. */
export function sign(
  results: readonly (Prediction | ModelgraphError)[],
  { ids, routes, latencyMs }: RoutedField,
  cached?: ReadonlySet<number>,
): void {
  for (let row = 0; row < results.length; row++) {
    const result = results[row]!
    if (result instanceof ModelgraphError) continue
    const { id, route } = routes.of(row)
    result.predictionId = ids[row]!
    result.route = route
    result.latencyMs = latencyMs
    result.servedBy = { id }
    result.cached = cached?.has(row) ?? false
  }
  if (routes.deprecated) noteDeprecations(results, routes)
}

/** Left out where there are none: an absent field is null to GraphQL. */
function noteDeprecations(results: readonly (Prediction | ModelgraphError)[], routes: RowRoutes): void {
  for (const [row, result] of results.entries()) {
    if (!(result instanceof ModelgraphError)) result.deprecation = routes.of(row).deprecation ?? null
  }
}

/** Where the rows came from, as one: the version they were routed to, or the fallback where that one answered none. */
export function provenanceOf(field: RoutedField): Provenance {
  const { id, route, deprecation = null } = answeredFirst(field)
  return { route, latencyMs: field.latencyMs, servedBy: { id }, deprecation }
}

/** The rows that did not come from there. */
export function fallbackRowsOf(field: RoutedField): FallbackRows | null {
  const { id } = answeredFirst(field)
  const others = [...field.routes.others].filter(([row, routed]) => routed.id !== id && !field.errors.has(row))
  if (others.length === 0) return null
  return { rows: others.map(([row]) => row).sort((a, b) => a - b), servedBy: { id: others[0]![1].id } }
}

function answeredFirst({ routes, rows, errors }: RoutedField): Routed {
  if (routes.isOne) return routes.first
  for (let row = 0; row < rows; row++) {
    if (routes.of(row) === routes.first && !errors.has(row)) return routes.first
  }
  const [other] = [...routes.others].find(([row]) => !errors.has(row)) ?? []
  return other === undefined ? routes.first : routes.of(other)
}
