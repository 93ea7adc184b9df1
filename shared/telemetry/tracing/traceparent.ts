/** The caller's part of a trace: https://www.w3.org/TR/trace-context/ */
export interface TraceParent {
  readonly traceId: string
  readonly parentId: string
  /** Whether the caller records the trace. */
  readonly isSampled: boolean
}

const FORM = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-|$)/
const ALL_ZERO = /^0+$/

/** As a header says it, in the version that we know; nothing of what else was in the one that came. */
export function traceparentOf({ traceId, parentId, isSampled }: TraceParent): string {
  return `00-${traceId}-${parentId}-0${isSampled ? 1 : 0}`
}

/** Undefined for what is no W3C trace context. */
export function parseTraceparent(value: unknown): TraceParent | undefined {
  const found = typeof value === 'string' ? FORM.exec(value) : null
  if (!found) return undefined
  const [, traceId = '', parentId = '', flags = ''] = found
  if (ALL_ZERO.test(traceId) || ALL_ZERO.test(parentId)) return undefined
  return { traceId, parentId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 }
}
