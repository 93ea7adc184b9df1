import { randomUUID } from 'node:crypto'
import type { HttpRequest } from '../../http/message.js'
import { DEADLINE_HEADER, IDENTITY_HEADER, REQUEST_ID_HEADER } from '../../identity/claims.js'
import type { SignedBody } from '../../identity/mac.js'
import { createVerifier } from '../../identity/signing.js'
import type { Clock } from '../clock.js'
import type { SubgraphContext } from '../context.js'

export interface IdentifyOptions {
  /** Name of the subgraph: identities meant for another are refused. */
  readonly audience: string
  readonly secret: string
  readonly clock: Clock
  /** Time for a request that brings no deadline, in milliseconds. */
  readonly deadlineMs: number
}

/** Longest deadline a caller may ask for. */
export const MAX_DEADLINE_MS = 600_000

/** The id a request came with, or a new one. */
export function requestIdOf({ headers }: HttpRequest): string {
  const given = headers[REQUEST_ID_HEADER]
  return isRequestId(given) ? given : randomUUID()
}

/** Whether a value can name a request in logs and headers. */
export function isRequestId(value: unknown): value is string {
  return typeof value === 'string' && REQUEST_ID.test(value)
}

const REQUEST_ID = /^[\w.:-]{1,128}$/

/** What a request brings beside its body, over HTTP or a link. */
export interface Introduction {
  /** The signed identity. */
  readonly identity: string | undefined
  /** Time for the answer, in milliseconds. */
  readonly deadline: string | undefined
  readonly requestId: string
}

/** What stands in the headers of an HTTP request. */
export function introductionOf({ headers }: HttpRequest, requestId: string): Introduction {
  const { [IDENTITY_HEADER]: identity, [DEADLINE_HEADER]: deadline } = headers
  return { identity: textOf(identity), deadline: textOf(deadline), requestId }
}

/**
 * Who calls, and until when the answer is worth something; `now` is in milliseconds since the epoch. Throws
 * `UNAUTHENTICATED` without a valid signed identity.
 */
export type Identify = (introduction: Introduction, body: SignedBody, now: number) => SubgraphContext

export function createIdentify({ audience, secret, deadlineMs }: IdentifyOptions): Identify {
  const verify = createVerifier(audience, secret)
  return ({ identity, deadline, requestId }, body, now) => ({
    identity: verify(identity, body, now),
    requestId,
    deadline: now + (givenDeadline(deadline) ?? deadlineMs),
  })
}

function givenDeadline(given: string | undefined): number | undefined {
  if (given === undefined || !/^[0-9]{1,9}$/.test(given)) return undefined
  return Math.min(Number(given), MAX_DEADLINE_MS)
}

function textOf(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : undefined
}
