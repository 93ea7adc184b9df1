import type { IncomingMessage } from 'node:http'
import { PARTS_HEADER, SERVED_HEADER } from '../../mesh/protocol.js'
import type { Log } from '../../telemetry/log.js'
import type { SubgraphContext } from '../context.js'
import type { Admission } from '../load/admission.js'
import type { GraphqlHandler } from './graphql.js'
import { type IdentifyOptions, identify } from './identify.js'
import { maskError } from './mask-errors.js'
import { answerPart, type PartAnswer, requirePartCount } from './parts.js'
import { parseJson, readBody } from './read-body.js'

export interface GraphqlEndpointOptions extends IdentifyOptions {
  readonly graphql: GraphqlHandler
  readonly maxBodyBytes: number
  readonly log: Log
  /** Of the operations that are under way; all are admitted without one. */
  readonly operations?: Admission
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
  const body = await readBody(message, options.maxBodyBytes)
  const http = identify(message, body, requestId, options)
  const json = parseJson(body, message.headers['content-type'])
  const now = options.clock.now()
  const means = { ...options, mask: (error: unknown, id: string) => maskError(error, id, options.log) }
  if (!Array.isArray(json)) return alone(await answerPart(json, http, now, means))
  requirePartCount(json)
  return joined(await Promise.all(json.map((part) => answerPart(part, http, now, means))))
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
