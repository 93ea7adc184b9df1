import type { Identity } from '../../identity/claims.js'
import { GATEWAY_SUBJECT } from '../../mesh/protocol.js'
import type { SubgraphContext } from '../context.js'
import { type GraphqlRequest, isObject, malformed } from './graphql-request.js'
import { isRequestId, MAX_DEADLINE_MS } from './identify.js'
import { operationOf } from './operation.js'

/**
 * The context of one part of an HTTP request, with its own list of what it was served. The gateway may speak for the caller
 * that `extensions.modelgraph` names; `BAD_REQUEST` when it does so in a wrong form. From anybody else the extension says
 * nothing, and without it a part is the HTTP request's own.
 */
export function partContext(http: SubgraphContext, request: GraphqlRequest, now: number): SubgraphContext {
  const operation = operationOf(request.operationName)
  const extension = request.extensions?.modelgraph
  if (extension === undefined || http.identity.subject !== GATEWAY_SUBJECT) {
    const { identity, requestId, deadline } = http
    return { identity, requestId, deadline, operation, served: [] }
  }
  if (!isObject(extension)) throw malformed('extensions.modelgraph', 'an object', extension)
  const { requestId, traceparent } = extension
  if (!isRequestId(requestId)) throw wrong('requestId', 'an id of 1 to 128 letters, digits and _.:-', requestId)
  if (traceparent !== undefined && typeof traceparent !== 'string') throw wrong('traceparent', 'a string', traceparent)
  const identity = callerOf(extension.caller)
  const deadline = deadlineOf(extension.deadlineMs, now)
  return { identity, requestId, deadline, operation, served: [], traceparent }
}

function callerOf(caller: unknown): Identity {
  if (isObject(caller) && TEXTS.every((name) => typeof caller[name] === 'string') && Array.isArray(caller.scopes)) {
    return caller as unknown as Identity
  }
  throw wrong('caller', 'an identity of subject, client, scopes and environment', caller)
}

const TEXTS = ['subject', 'client', 'environment'] as const

function deadlineOf(left: unknown, now: number): number {
  if (typeof left !== 'number' || !(left >= 0)) throw wrong('deadlineMs', 'milliseconds from 0', left)
  return now + Math.min(left, MAX_DEADLINE_MS)
}

function wrong(field: string, expected: string, value: unknown) {
  return malformed(`extensions.modelgraph.${field}`, expected, value)
}
