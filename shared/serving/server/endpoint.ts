import type { HttpRequest } from '../../http/message.js'
import { PARTS_HEADER, SERVED_HEADER, type Served } from '../../mesh/protocol.js'
import type { AnswerParts } from './answer-parts.js'
import { introductionOf } from './identify.js'
import { type PartAnswer, servedText } from './parts.js'
import { parseJson, receiveBody } from './read-body.js'

export interface GraphqlEndpointOptions {
  readonly answerParts: AnswerParts
  readonly maxBodyBytes: number
  /** Further headers of every answer, names and values one after the other. */
  readonly headers?: readonly string[]
}

/** An answer to a GraphQL request over HTTP, in the form of shared/mesh/protocol.ts. */
export interface GraphqlEndpointAnswer {
  readonly status: number
  readonly text: string
  /** Names and values, one after the other. */
  readonly headers: readonly string[]
}

export type GraphqlEndpoint = (message: HttpRequest, requestId: string) => Promise<GraphqlEndpointAnswer>

/**
 * Answers `POST /graphql`: one operation, or an array whose parts run at the same time, so that the rows they ask for are
 * batched together. Rejects with a coded error when the request as a whole cannot be answered.
 */
export function createGraphqlEndpoint(options: GraphqlEndpointOptions): GraphqlEndpoint {
  const { answerParts, maxBodyBytes, headers = [] } = options
  return async (message, requestId) => {
    const body = await receiveBody(message, maxBodyBytes)
    const json = () => parseJson(body.glance(), message.headers['content-type'])
    const { parts, isArray } = answerParts(introductionOf(message, requestId), body.pieces, json)
    const answer = isArray ? joined(await Promise.all(parts)) : alone(await parts[0]!)
    return { ...answer, headers: [...answer.headers, ...headers] }
  }
}

function alone({ status, text, failed, served }: PartAnswer): GraphqlEndpointAnswer {
  return { status, text, headers: headersOf(lengthOf(text, failed), `[${listOf(served)}]`) }
}

function joined(answers: readonly PartAnswer[]): GraphqlEndpointAnswer {
  const lengths = answers.map(({ text, failed }) => lengthOf(text, failed))
  const served = answers.map(({ served }) => listOf(served))
  return {
    status: 200,
    text: `[${answers.map(({ text }) => text).join()}]`,
    headers: headersOf(lengths.join(), `[${served}]`),
  }
}

function headersOf(parts: string, served: string): readonly string[] {
  return [PARTS_HEADER, parts, SERVED_HEADER, served]
}

function lengthOf(text: string, failed: boolean): string {
  return `${Buffer.byteLength(text)}${failed ? 'e' : ''}`
}

function listOf(served: readonly Served[]): string {
  return servedText(served) || 'null'
}
