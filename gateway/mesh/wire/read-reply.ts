import { PARTS_HEADER, SERVED_HEADER, type Served } from '../../../shared/mesh/protocol.js'
import { cutParts } from './cut.js'
import { judged, outcomeOf } from './outcome.js'
import type { Outcome } from './part.js'
import { parsedOf } from './received-answer.js'
import { servedIn } from './served.js'
import type { HttpReply } from './transport.js'

/** What became of each of the parts that a request held. */
export function readReply(reply: HttpReply, count: number, subgraph: string): readonly Outcome[] {
  const { status, body } = reply
  const served = servedOf(reply, count)
  const stated = reply.headers[PARTS_HEADER]
  const cuts = typeof stated === 'string' ? cutParts(stated, body, count, count > 1) : undefined
  if (!cuts) return parseReply(reply, count, served)
  return cuts.map(({ start, end, hasErrors }, index) =>
    outcomeOf({ bytes: body.subarray(start, end), status, hasErrors, served: served[index] }, subgraph),
  )
}

function parseReply({ status, body }: HttpReply, count: number, served: ServedByPart): readonly Outcome[] {
  const value = parsedOf(body)
  if (count === 1) return [judged(value, status, served[0])]
  if (Array.isArray(value) && value.length === count) {
    return value.map((answer, index) => judged(answer, status, served[index]))
  }
  const alike = judged(value, status, undefined)
  return Array.from({ length: count }, () => alike)
}

type ServedByPart = readonly (readonly Served[] | undefined)[]

/** What was predicted, by part. A header that is not what the protocol says tells nothing. */
function servedOf({ headers }: HttpReply, count: number): ServedByPart {
  const stated = headers[SERVED_HEADER]
  const parsed = typeof stated === 'string' ? parsedOf(stated) : undefined
  return Array.isArray(parsed) && parsed.length === count ? parsed.map(servedIn) : []
}
