import { bodyOf, LoopbackServer } from '../../gateway/testing/loopback.js'

/** A span, as OTLP over HTTP brings it. */
export interface ReceivedSpan {
  /** Name of the process that sent it. */
  readonly service: string
  readonly name: string
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
}

/** An OTLP receiver of a test, on loopback. */
export class Collector {
  readonly #received: ReceivedSpan[] = []
  readonly #server = new LoopbackServer(async (request, response) => {
    const { resourceSpans } = JSON.parse((await bodyOf(request)).toString())
    for (const { resource, scopeSpans } of resourceSpans) {
      const service: string = resource.attributes[0].value.stringValue
      for (const { spans } of scopeSpans) this.#received.push(...spans.map((span: object) => ({ service, ...span })))
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  })

  start(): Promise<void> {
    return this.#server.start()
  }

  stop(): Promise<void> {
    return this.#server.stop()
  }

  get url(): string {
    return this.#server.url
  }

  /** The spans of a trace that came so far. */
  of(traceId: string): ReceivedSpan[] {
    return this.#received.filter((span) => span.traceId === traceId)
  }
}
