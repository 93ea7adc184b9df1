import type { Served } from '../../../shared/mesh/protocol.js'
import { Failure, type Outcome } from './part.js'
import { ParsedAnswer, parsedOf, UnreadAnswer } from './received-answer.js'
import { isAnswer, isOverloaded } from './subgraph-answer.js'

/** The answer to one part, as it came. */
export interface AnsweredPart {
  readonly bytes: Buffer
  /** Of the HTTP response, or what it would have had. */
  readonly status: number
  /** Whether its subgraph says that it holds errors. */
  readonly hasErrors: boolean
  readonly served: readonly Served[] | undefined
}

/** By these a replica, or what stands before it, says that it cannot answer. */
const UNWELL: readonly number[] = [502, 503, 504]

/** What an answer comes to. It is left unread where its subgraph says that it holds no errors. */
export function outcomeOf({ bytes, status, hasErrors, served }: AnsweredPart, subgraph: string): Outcome {
  if (hasErrors || UNWELL.includes(status)) return judged(parsedOf(bytes), status, served)
  return new UnreadAnswer(subgraph, bytes, served)
}

/** The same for an answer that is parsed. */
export function judged(value: unknown, status: number, served: readonly Served[] | undefined): Outcome {
  if (!isAnswer(value)) return new Failure('unfit', `answered with status ${status} and no GraphQL`)
  const answer = new ParsedAnswer(value, served)
  if (isOverloaded(value)) return new Failure('overloaded', 'has too much to do', { answer })
  return UNWELL.includes(status) ? new Failure('unfit', `answered with status ${status}`, { answer }) : answer
}
