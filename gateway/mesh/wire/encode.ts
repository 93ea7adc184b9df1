import type { Identity } from '../../../shared/identity/claims.js'
import type { Json } from '../json.js'
import type { Part } from './part.js'

/**
 * The body of a request for these parts: an object for one, an array for several (shared/mesh/protocol.ts).
 * In as many pieces as its variables came in. `monotonic` is the time by which parts expire.
 */
export function encodeParts(parts: readonly Part[], monotonic: number): readonly Buffer[] {
  const body = new BodyWriter()
  if (parts.length === 1) writePart(parts[0]!, monotonic, body)
  else {
    parts.forEach((part, index) => {
      body.add(index === 0 ? '[' : ',')
      writePart(part, monotonic, body)
    })
    body.add(']')
  }
  return body.end()
}

/** Gathers a body: text is encoded as late as possible, bytes are left as they are. */
class BodyWriter {
  private text = ''
  private readonly pieces: Buffer[] = []

  add(json: Json): void {
    if (typeof json === 'string') {
      this.text += json
      return
    }
    this.endText()
    this.pieces.push(...json)
  }

  end(): readonly Buffer[] {
    this.endText()
    return this.pieces
  }

  private endText(): void {
    this.pieces.push(Buffer.from(this.text))
    this.text = ''
  }
}

function writePart({ operation, variables, context, expiresAt }: Part, monotonic: number, body: BodyWriter): void {
  const deadlineMs = Math.max(1, Math.ceil(expiresAt - monotonic))
  const caller = callerJson(context.caller)
  const from = `"caller":${caller},"requestId":${JSON.stringify(context.requestId)},"deadlineMs":${deadlineMs}`
  const traceparent = context.span?.traceparent ?? context.traceparent
  const trace = traceparent === undefined ? '' : `,"traceparent":"${traceparent}"`
  body.add(`{${operation.json}`)
  if (variables !== undefined) {
    body.add(',"variables":')
    body.add(variables)
  }
  body.add(`,"extensions":{"modelgraph":{${from}${trace}}}}`)
}

/** One caller's identity is the same object for as long as its key is believed. */
const callers = new WeakMap<Identity, string>()

function callerJson(caller: Identity): string {
  const known = callers.get(caller)
  if (known !== undefined) return known
  const { subject, client, scopes, environment, criticality } = caller
  const json = JSON.stringify({ subject, client, scopes, environment, criticality })
  callers.set(caller, json)
  return json
}
