/** What a span says beside its name and times. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean | undefined>>

/** Kinds of OTLP: work inside a process, the answer to a request, a request to somebody else. */
export const SPAN_KIND = { INTERNAL: 1, SERVER: 2, CLIENT: 3 } as const
export type SpanKind = (typeof SPAN_KIND)[keyof typeof SPAN_KIND]

/** What spans are made by and told to when they end. */
export interface SpanSink {
  /** Milliseconds since the epoch, with a fraction. */
  readonly now: () => number
  /** So many random bytes as lower-case hex, not all zero. */
  readonly newId: (bytes: number) => string
  readonly ended: (span: Span) => void
}

export interface SpanStart {
  readonly name: string
  readonly kind: SpanKind
  readonly traceId: string
  readonly parentId: string | undefined
  /** Milliseconds since the epoch, with a fraction. */
  readonly startedAt: number
}

/** A piece of work of one trace, while it goes on. There is none where nothing is traced. */
export class Span {
  readonly id: string
  endedAt = 0
  attributes: SpanAttributes = {}
  failed = false

  constructor(
    readonly start: SpanStart,
    private readonly sink: SpanSink,
  ) {
    this.id = sink.newId(8)
  }

  get traceId(): string {
    return this.start.traceId
  }

  /** Milliseconds since the epoch, by the clock of its times. */
  now(): number {
    return this.sink.now()
  }

  /** W3C trace context for whoever does a part of this work. */
  get traceparent(): string {
    return `00-${this.traceId}-${this.id}-01`
  }

  /** A part of this work; `startedAt` where it began before now. */
  child(name: string, kind: SpanKind = SPAN_KIND.INTERNAL, startedAt = this.sink.now()): Span {
    return new Span({ name, kind, traceId: this.traceId, parentId: this.id, startedAt }, this.sink)
  }

  /** Ends it, once; `endedAt` where it ended before now. */
  end(attributes: SpanAttributes = {}, failed = false, endedAt = this.sink.now()): void {
    if (this.endedAt > 0) return
    this.attributes = attributes
    this.failed = failed
    this.endedAt = endedAt
    this.sink.ended(this)
  }
}
