import type { Span, SpanAttributes } from './span.js'

/** The body of `POST /v1/traces` in OTLP's JSON form: https://opentelemetry.io/docs/specs/otlp/ */
export function otlpOf(service: string, spans: readonly Span[]): object {
  const resource = { attributes: attributesOf({ 'service.name': service }) }
  return { resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'modelgraph' }, spans: spans.map(spanOf) }] }] }
}

const ERROR = 2

function spanOf({ id, start, endedAt, attributes, failed }: Span): object {
  const { name, kind, traceId, parentId, startedAt } = start
  return {
    traceId,
    spanId: id,
    ...(parentId !== undefined && { parentSpanId: parentId }),
    name,
    kind,
    startTimeUnixNano: nanoseconds(startedAt),
    endTimeUnixNano: nanoseconds(Math.max(startedAt, endedAt)),
    attributes: attributesOf(attributes),
    ...(failed && { status: { code: ERROR } }),
  }
}

/** A decimal string, since a double cannot hold it. */
function nanoseconds(ms: number): string {
  return (BigInt(Math.round(ms * 1_000)) * 1_000n).toString()
}

function attributesOf(attributes: SpanAttributes): object[] {
  return Object.entries(attributes).flatMap(([key, value]): object[] => {
    if (value === undefined) return []
    if (typeof value === 'string') return [{ key, value: { stringValue: value } }]
    if (typeof value === 'boolean') return [{ key, value: { boolValue: value } }]
    return [{ key, value: Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value } }]
  })
}
