import { ModelgraphError } from '../../shared/errors/modelgraph-error.js'
import type { HttpRequest } from '../../shared/http/message.js'
import { receiveBody as receive } from '../../shared/http/receive-body.js'
import type { ReceivedBytes } from '../../shared/json/received-bytes.js'
import { HttpError } from './http-error.js'

/**
 * The bytes of a request. Throws `PAYLOAD_TOO_LARGE` as soon as they are known to be more than `limitBytes`, and
 * `BAD_REQUEST` when the request ends before its body does.
 */
export function receiveBody(request: HttpRequest, limitBytes: number): Promise<ReceivedBytes> {
  return receive(request, limitBytes, { tooLarge, cutShort })
}

/** Throws `BAD_REQUEST` for another content type (status 415), and for nothing at all. */
export function requireJson({ length }: { readonly length: number }, contentType: string | undefined): void {
  if (!isJson(contentType)) throw new HttpError(415, 'Send the request as `content-type: application/json`.')
  if (length === 0) throw new HttpError(400, 'The request has no body; send `{"query": "…"}`.')
}

/** The JSON of a body, with the text beside it. Throws `BAD_REQUEST` for what is not JSON or carries a prototype. */
export function parseBody(body: Buffer): ParsedBody {
  try {
    const text = body.toString('utf8')
    return { text, value: jsonOf(text) }
  } catch {
    throw new HttpError(400, 'The body is not JSON. NaN and Infinity are not JSON either.')
  }
}

/** A body that is JSON. */
export interface ParsedBody {
  readonly text: string
  readonly value: unknown
}

/** Parses JSON. Throws for what is none, or carries a prototype. */
export function jsonOf(text: string): unknown {
  return MAY_HOLD_PROTOTYPE.test(text) ? JSON.parse(text, refusePrototype) : JSON.parse(text)
}

const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i

function isJson(contentType: string | undefined): boolean {
  return contentType === 'application/json' || (contentType !== undefined && JSON_TYPE.test(contentType))
}

const MAY_HOLD_PROTOTYPE = /__proto__|\\u00[57]/

/** A key `__proto__` means a property to `JSON.parse` and a prototype to whoever copies it. */
function refusePrototype(key: string, value: unknown): unknown {
  if (key === '__proto__') throw new SyntaxError('prototype')
  return value
}

function tooLarge(limit: number): ModelgraphError {
  return new ModelgraphError('PAYLOAD_TOO_LARGE', `The request body may have ${limit} bytes.`, { limit })
}

function cutShort(): HttpError {
  return new HttpError(400, 'The request ended before its body was complete.')
}
