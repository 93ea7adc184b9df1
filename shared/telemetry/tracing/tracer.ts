import { Rounds } from '../../process/rounds.js'
import type { Log } from '../log.js'
import { otlpOf } from './otlp.js'
import { SPAN_KIND, Span, type SpanKind, type SpanSink } from './span.js'
import { parseTraceparent } from './traceparent.js'

/** Where traces go; what the OTEL_* variables say. */
export interface TracingSettings {
  /** Base URL of an OTLP receiver over HTTP; traces go to `/v1/traces` below it. */
  readonly endpoint: string
  readonly headers: Readonly<Record<string, string>>
  /** Share of traces that are begun here, from 0 to 1; those that a caller records are always recorded. */
  readonly ratio: number
}

export interface TracerOptions extends TracingSettings {
  readonly service: string
  /** Posts JSON; rejects when it is not taken. */
  readonly post: (url: string, headers: Readonly<Record<string, string>>, body: string) => Promise<void>
  /** Resolves when spans should be sent, or the signal aborts. */
  readonly pause: (signal: AbortSignal) => Promise<unknown>
  readonly now: SpanSink['now']
  readonly newId: SpanSink['newId']
  /** Uniform in [0, 1). */
  readonly random: () => number
  readonly log: Log
}

/** Spans that wait to be sent, at most; beyond, they are dropped and counted. */
const ROOM = 8_192
const SENT_TOGETHER = 512

/**
 * Makes spans and sends them every few seconds. A process without one traces nothing, and its requests carry no span: what
 * that costs is a look at a field.
 */
export class Tracer {
  private waiting: Span[] = []
  private dropped = 0
  private failing = false
  private readonly rounds: Rounds
  private readonly sink: SpanSink

  constructor(private readonly options: TracerOptions) {
    const { now, newId } = options
    this.sink = { now, newId, ended: (span) => this.take(span) }
    this.rounds = new Rounds({ pause: options.pause, work: () => this.send() })
    this.rounds.start()
  }

  /** Begins the work for a caller, in the caller's trace if it says a valid one; undefined where it is not recorded. */
  begin(name: string, traceparent: unknown, kind: SpanKind = SPAN_KIND.SERVER): Span | undefined {
    const { random, ratio, now, newId } = this.options
    const parent = parseTraceparent(traceparent)
    if (parent ? !parent.isSampled : random() >= ratio) return undefined
    const traceId = parent?.traceId ?? newId(16)
    return new Span({ name, kind, traceId, parentId: parent?.parentId, startedAt: now() }, this.sink)
  }

  /** Sends what waits, once, and stops. */
  async stop(): Promise<void> {
    await this.rounds.stop()
    await this.send()
  }

  private take(span: Span): void {
    if (this.waiting.length < ROOM) this.waiting.push(span)
    else this.dropped += 1
  }

  /** What the receiver does not take is gone: traces are not worth keeping. */
  private async send(): Promise<void> {
    const { service, endpoint, headers, post, log } = this.options
    const spans = this.waiting
    this.waiting = []
    try {
      for (let from = 0; from < spans.length; from += SENT_TOGETHER) {
        const body = JSON.stringify(otlpOf(service, spans.slice(from, from + SENT_TOGETHER)))
        await post(`${endpoint.replace(/\/$/, '')}/v1/traces`, headers, body)
      }
      this.failing = false
    } catch (err) {
      if (!this.failing) log.warn({ err, dropped: this.dropped }, 'traces are not taken')
      this.failing = true
    }
  }
}
