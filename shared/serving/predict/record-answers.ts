import { ModelgraphError } from '../../errors/modelgraph-error.js'
import type { Answered, Caller } from '../../prediction-log/answered.js'
import type { PredictionLog } from '../../prediction-log/prediction-log.js'
import type { SubgraphContext } from '../context.js'
import type { AnsweredField, Outputs } from './answered-field.js'
import type { Routed } from './routing-table.js'
import type { RowRoutes } from './row-routes.js'
import type { ShadowedRows } from './shadows.js'

/** Hands the rows of a field to the prediction log, those of each route together. Never throws. */
export function recordAnswers(field: AnsweredField, log: PredictionLog): void {
  const { routes } = field
  if (!routes || routes.isOne) log.record(answeredBy(field, routes?.first, undefined))
  else for (const [routed, places] of byRoute(field, routes)) log.record(answeredBy(field, routed, places))
}

/** Hands the rows that a shadow ran to the prediction log, under ids of their own. Never throws. */
export function recordShadow(
  { version, places, results, times, field }: ShadowedRows,
  log: PredictionLog,
  newId: () => string,
): void {
  const { model, inputs, ids: shadowOf, routes, call } = field
  const ids: string[] = []
  const errors = new Map<number, ModelgraphError>()
  const outputs = new Map<number, Outputs>()
  for (const [index, place] of places.entries()) {
    const result = results[index]!
    ids[place] = newId()
    if (result instanceof ModelgraphError) errors.set(place, result)
    else outputs.set(place, result)
  }
  const outputsOf = (place: number) => outputs.get(place)!
  const revision = routes?.first.revision
  const caller = callerOf(call.context)
  const { queueMs, runMs } = times
  const shadowed = { model, version, route: SHADOW, revision, caller, inputs, shadowOf, places }
  log.record({ ...shadowed, queueMs, runMs, latencyMs: queueMs + runMs, ids, errors, outputsOf })
}

/** A shadow answers nobody, so this is a route in the log only. */
const SHADOW = 'SHADOW'

/** Named one by one: to spread them costs more than to record them. */
function answeredBy(field: AnsweredField, routed: Routed | undefined, places: readonly number[] | undefined): Answered {
  return {
    model: field.model,
    version: routed?.version,
    route: routed?.route,
    revision: routed?.revision,
    instead: routed?.instead,
    caller: callerOf(field.call.context),
    latencyMs: field.latencyMs,
    queueMs: field.queueMs,
    runMs: field.runMs,
    inputs: field.inputs,
    ids: field.ids,
    places,
    errors: field.errors,
    shadowOf: undefined,
    outputsOf: field.outputsOf,
  }
}

function callerOf({ identity, requestId, operation = null, traceId = null }: SubgraphContext): Caller {
  return { client: identity.client, requestId, operation, traceId }
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
