import { createHash } from 'node:crypto'
import { HttpError } from '../http/http-error.js'

/** A body of a request as far as persisted queries go. */
export interface Asked {
  readonly query?: unknown
  readonly extensions?: Readonly<Record<string, unknown>> | null
}

/** Whether a body is one that can name a document. */
export function isAsked(body: unknown): body is Asked {
  return typeof body === 'object' && body !== null && !Array.isArray(body)
}

/**
 * The sha-256 in `extensions.persistedQuery`, as Apollo's clients send it; undefined without one. Throws `BAD_REQUEST` for
 * one that is malformed, or of another version than 1.
 */
export function persistedHashIn({ extensions }: Asked): string | undefined {
  const given = typeof extensions === 'object' ? extensions?.persistedQuery : undefined
  if (given === undefined || given === null) return undefined
  const { version, sha256Hash } = given as { readonly version?: unknown; readonly sha256Hash?: unknown }
  if (version !== 1) throw new HttpError(400, 'extensions.persistedQuery has a version other than 1.')
  if (typeof sha256Hash === 'string' && /^[0-9a-f]{64}$/.test(sha256Hash)) return sha256Hash
  throw new HttpError(400, 'extensions.persistedQuery.sha256Hash is no sha-256 in lower-case hex.')
}

/** The same request with its document in full. */
export function withText(asked: Asked, query: string): Asked {
  const { extensions, ...rest } = asked
  const { persistedQuery: _named, ...others } = extensions ?? {}
  return { ...rest, query, ...(Object.keys(others).length > 0 && { extensions: others }) }
}

export function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
