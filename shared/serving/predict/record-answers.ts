import type { Caller } from '../../prediction-log/answered.js'
import type { PredictionLog } from '../../prediction-log/prediction-log.js'
import type { SubgraphContext } from '../context.js'
import type { AnsweredField } from './answered-field.js'
import type { Routed } from './routing-table.js'
import type { RowRoutes } from './row-routes.js'

/** Hands the rows of a field to the prediction log, those of each route together. Never throws. */
export function recordAnswers(field: AnsweredField, log: PredictionLog): void {
  const { model, inputs, ids, errors, outputsOf, latencyMs, routes } = field
  const answered = { model, inputs, ids, errors, outputsOf, latencyMs, caller: callerOf(field.call.context) }
  if (!routes || routes.isOne) log.record({ ...answered, ...routeOf(routes?.first) })
  else for (const [routed, places] of byRoute(field, routes)) log.record({ ...answered, ...routeOf(routed), places })
}

function routeOf(routed: Routed | undefined) {
  return { version: routed?.version, route: routed?.route, revision: routed?.revision, instead: routed?.instead }
}

function callerOf({ identity, requestId, operation = null }: SubgraphContext): Caller {
  return { client: identity.client, requestId, operation }
}

function byRoute({ rows }: AnsweredField, routes: RowRoutes): ReadonlyMap<Routed, number[]> {
  const groups = new Map<Routed, number[]>()
  for (let row = 0; row < rows; row++) {
    const group = groups.get(routes.of(row))
    if (group) group.push(row)
    else groups.set(routes.of(row), [row])
  }
  return groups
}
