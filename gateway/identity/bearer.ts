import type { HttpRequest } from '../../shared/http/message.js'
import { unauthenticated } from './unauthenticated.js'

/** Longest credential that is looked at, in characters. */
const LONGEST = 8_192

/**
 * The credential of a request, from its one header `authorization: Bearer <credential>`; the scheme may be written in any
 * case. Throws `UNAUTHENTICATED` when there is none, more than one, or another scheme.
 */
export function bearerOf({ headers, rawHeaders }: HttpRequest): string {
  const { authorization } = headers
  if (!authorization) throw unauthenticated('Send your API key as `authorization: Bearer <key>`.')
  if (isRepeated(rawHeaders)) throw unauthenticated('The request has more than one authorization header.')
  if (authorization.length > LONGEST) throw unauthenticated(`The authorization header is longer than ${LONGEST}.`)
  if (authorization.startsWith(BEARER) && !authorization.includes(' ', BEARER.length)) {
    return authorization.slice(BEARER.length)
  }
  const [scheme, credential, ...rest] = authorization.trim().split(/\s+/)
  if (scheme?.toLowerCase() !== 'bearer' || !credential || rest.length > 0) {
    throw unauthenticated('The authorization header is not `Bearer <key>`.')
  }
  return credential
}

const BEARER = 'Bearer '
const NAME = 'authorization'

/** Node keeps the first of several and drops the others, while a proxy before us may have looked at the last. */
function isRepeated(rawHeaders: readonly string[]): boolean {
  let found = 0
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!
    if (name.length === NAME.length && name.toLowerCase() === NAME) found += 1
  }
  return found > 1
}
