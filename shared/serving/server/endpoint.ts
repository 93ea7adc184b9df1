import type { IncomingMessage } from 'node:http'
import { PARTS_HEADER, SERVED_HEADER, type Served } from '../../mesh/protocol.js'
import type { Log } from '../../telemetry/log.js'
import type { Tracer } from '../../telemetry/tracing/tracer.js'
import type { SubgraphContext } from '../context.js'
import type { Admission } from '../load/admission.js'
import type { GraphqlHandler } from './graphql.js'
import { createIdentify, type IdentifyOptions } from './identify.js'
import { maskError } from './mask-errors.js'
import { answerPart, type PartAnswer, requirePartCount } from './parts.js'
import { parseJson, receiveBody } from './read-body.js'

export interface GraphqlEndpointOptions extends IdentifyOptions {
  readonly graphql: GraphqlHandler
  readonly maxBodyBytes: number
  readonly log: Log
  /** Of the operations that are under way; all are admitted without one. */
  readonly operations?: Admission
  /** Undefined where nothing is traced. */
  readonly tracer?: Tracer | undefined
  /** Adds what the resolvers of this subgraph receive beside; called for every part. */
  readonly contextOf?: (context: SubgraphContext) => SubgraphContext
}

/** An answer to a GraphQL request over HTTP, in the form of shared/mesh/protocol.ts. */
export interface GraphqlEndpointAnswer {
  readonly status: number
  readonly text: string
  /** Names and values, one after the other. */
  readonly headers: readonly string[]
}

export type GraphqlEndpoint = (message: IncomingMessage, requestId: string) => Promise<GraphqlEndpointAnswer>

/**
 * Answers `POST /graphql`: one operation, or an array whose parts run at the same time, so that the rows they ask for are
 * batched together. Rejects with a coded error when the request as a whole cannot be answered.
 */
export function createGraphqlEndpoint(options: GraphqlEndpointOptions): GraphqlEndpoint {
  const parts = { ...options, mask: (error: unknown, requestId: string) => maskError(error, requestId, options.log) }
  const identify = createIdentify(options)
  return async (message, requestId) => {
    const body = await receiveBody(message, options.maxBodyBytes)
    const now = options.clock.now()
    const http = identify(message, body.pieces, requestId, now)
    const json = parseJson(body.glance(), message.headers['content-type'])
    if (!Array.isArray(json)) return alone(await answerPart(json, http, now, parts))
    requirePartCount(json)
    return joined(await Promise.all(json.map((part) => answerPart(part, http, now, parts))))
  }
}

function alone({ status, text, failed, served }: PartAnswer): GraphqlEndpointAnswer {
  return { status, text, headers: headersOf(lengthOf(text, failed), `[${servedText(served)}]`) }
}

function joined(answers: readonly PartAnswer[]): GraphqlEndpointAnswer {
  const lengths = answers.map(({ text, failed }) => lengthOf(text, failed))
  const served = answers.map(({ served }) => servedText(served))
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

function servedText(served: readonly Served[]): string {
  return served.length === 0 ? 'null' : JSON.stringify(served)
}
