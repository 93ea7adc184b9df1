import type { Identity } from '../../../shared/identity/claims.js'
import type { Part } from './part.js'

/**
 * The body of a request for these parts: an object for one, an array for several (shared/mesh/protocol.ts).
 * `monotonic` is the time by which parts expire.
 */
export function encodeParts(parts: readonly Part[], monotonic: number): string {
  if (parts.length === 1) return encodePart(parts[0]!, monotonic)
  let body = '['
  for (const part of parts) body += (body.length > 1 ? ',' : '') + encodePart(part, monotonic)
  return `${body}]`
}

function encodePart({ operation, variables, context, expiresAt }: Part, monotonic: number): string {
  const deadlineMs = Math.max(1, Math.ceil(expiresAt - monotonic))
  const request = variables === undefined ? operation.json : `${operation.json},"variables":${variables}`
  const caller = callerJson(context.caller)
  const from = `"caller":${caller},"requestId":${JSON.stringify(context.requestId)},"deadlineMs":${deadlineMs}`
  const trace = context.span ? `,"traceparent":"${context.span.traceparent}"` : ''
  return `{${request},"extensions":{"modelgraph":{${from}${trace}}}}`
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
