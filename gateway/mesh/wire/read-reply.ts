import { PARTS_HEADER, SERVED_HEADER, type Served } from '../../../shared/mesh/protocol.js'
import { type Cut, cutParts } from './cut.js'
import { Failure, type Outcome } from './part.js'
import { ParsedAnswer, parsedOf, UnreadAnswer } from './received-answer.js'
import { isAnswer, isOverloaded } from './subgraph-answer.js'
import type { HttpReply } from './transport.js'

/** By these a replica, or what stands before it, says that it cannot answer. */
const UNWELL: readonly number[] = [502, 503, 504]

/** What became of each of the parts that a request held. */
export function readReply(reply: HttpReply, count: number, subgraph: string): readonly Outcome[] {
  const served = servedOf(reply, count)
  const stated = reply.headers[PARTS_HEADER]
  const cuts = typeof stated === 'string' ? cutParts(stated, reply.body, count, count > 1) : undefined
  if (!cuts || UNWELL.includes(reply.status)) return parseReply(reply, count, served)
  return cuts.map((cut, index) => outcomeOf(cut, reply, served[index], subgraph))
}

function outcomeOf(cut: Cut, reply: HttpReply, served: readonly Served[] | undefined, subgraph: string): Outcome {
  const bytes = reply.body.subarray(cut.start, cut.end)
  return cut.hasErrors ? judged(parsedOf(bytes), reply, served) : new UnreadAnswer(subgraph, bytes, served)
}

function parseReply(reply: HttpReply, count: number, served: ServedByPart): readonly Outcome[] {
  const value = parsedOf(reply.body)
  if (count === 1) return [judged(value, reply, served[0])]
  if (Array.isArray(value) && value.length === count) {
    return value.map((answer, index) => judged(answer, reply, served[index]))
  }
  const alike = judged(value, reply, undefined)
  return Array.from({ length: count }, () => alike)
}

function judged(value: unknown, { status }: HttpReply, served: readonly Served[] | undefined): Outcome {
  if (!isAnswer(value)) return new Failure('unfit', `answered with status ${status} and no GraphQL`)
  const answer = new ParsedAnswer(value, served)
  if (isOverloaded(value)) return new Failure('overloaded', 'has too much to do', { answer })
  return UNWELL.includes(status) ? new Failure('unfit', `answered with status ${status}`, { answer }) : answer
}

type ServedByPart = readonly (readonly Served[] | undefined)[]

/** What was predicted, by part. A header that is not what the protocol says tells nothing. */
function servedOf({ headers }: HttpReply, count: number): ServedByPart {
  const stated = headers[SERVED_HEADER]
  const parsed = typeof stated === 'string' ? parsedOf(Buffer.from(stated)) : undefined
  if (!Array.isArray(parsed) || parsed.length !== count) return []
  return parsed.map((entries) => (Array.isArray(entries) && entries.every(isServed) ? entries : undefined))
}

function isServed(value: unknown): value is Served {
  if (!Array.isArray(value)) return false
  const [model, version, rows, failed] = value as unknown[]
  return typeof model === 'string' && [version, rows, failed].every((number) => Number.isSafeInteger(number))
}
