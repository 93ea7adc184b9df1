import type { IncomingMessage } from 'node:http'
import { PARTS_HEADER, SERVED_HEADER } from '../../mesh/protocol.js'
import type { Log } from '../../telemetry/log.js'
import type { SubgraphContext } from '../context.js'
import type { GraphqlHandler } from './graphql.js'
import { type IdentifyOptions, identify } from './identify.js'
import { maskError } from './mask-errors.js'
import { answerPart, type PartAnswer, partsOf } from './parts.js'
import { parseJson, readBody } from './read-body.js'

export interface GraphqlEndpointOptions extends IdentifyOptions {
  readonly graphql: GraphqlHandler
  readonly maxBodyBytes: number
  readonly log: Log
  /** Adds what the resolvers of this subgraph receive beside; called for every part. */
  readonly contextOf?: (context: SubgraphContext) => SubgraphContext
}

/** An answer to a GraphQL request over HTTP, in the form of shared/mesh/protocol.ts. */
export interface GraphqlEndpointAnswer {
  readonly status: number
  readonly text: string
  readonly headers: Readonly<Record<string, string>>
}

/**
 * Answers `POST /graphql`: one operation, or an array whose parts run at the same time, so that the rows they ask for are
 * batched together. Rejects with a coded error when the request as a whole cannot be answered.
 */
export async function answerGraphql(
  message: IncomingMessage,
  requestId: string,
  options: GraphqlEndpointOptions,
): Promise<GraphqlEndpointAnswer> {
  const { graphql, contextOf, log, clock } = options
  const body = await readBody(message, options.maxBodyBytes)
  const http = identify(message, body, requestId, options)
  const json = parseJson(body, message.headers['content-type'])
  const mask = (error: unknown, id: string) => maskError(error, id, log)
  const now = clock.now()
  const parts = partsOf(json)
  const answers = await Promise.all(parts.map((part) => answerPart(part, http, now, { graphql, contextOf, mask })))
  return Array.isArray(json) ? joined(answers) : alone(answers[0]!)
}

function alone(answer: PartAnswer): GraphqlEndpointAnswer {
  return { status: answer.status, text: answer.text, headers: headersOf([answer]) }
}

function joined(answers: readonly PartAnswer[]): GraphqlEndpointAnswer {
  return { status: 200, text: `[${answers.map(({ text }) => text).join()}]`, headers: headersOf(answers) }
}

function headersOf(answers: readonly PartAnswer[]): Record<string, string> {
  const lengths = answers.map(({ text, failed }) => `${Buffer.byteLength(text)}${failed ? 'e' : ''}`)
  const served = answers.map(({ served }) => (served.length === 0 ? null : served))
  return { [PARTS_HEADER]: lengths.join(), [SERVED_HEADER]: JSON.stringify(served) }
}
