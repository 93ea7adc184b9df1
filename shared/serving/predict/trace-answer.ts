import type { AnsweredField } from './answered-field.js'

/** Tells of a field that has just been answered, of its rows' wait for a run and of the run, where its operation is traced. */
export function traceAnswer({ call, model, rows, errors, routes, latencyMs, queueMs, runMs }: AnsweredField): void {
  const { span } = call.context
  if (!span) return
  const now = span.now()
  const field = span.child(`predict ${model}`, undefined, now - latencyMs)
  const runFrom = now - runMs
  if (queueMs > 0) field.child('queue', undefined, runFrom - queueMs).end({}, false, runFrom)
  if (runMs > 0) field.child('run', undefined, runFrom).end({}, false, now)
  const said = { 'modelgraph.model': model, 'modelgraph.version': routes?.first.version, 'modelgraph.rows': rows }
  field.end({ ...said, 'modelgraph.rows.failed': errors.size }, errors.size > 0, now)
}
