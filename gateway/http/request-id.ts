import type { IncomingHttpHeaders } from 'node:http'
import { REQUEST_ID_HEADER } from '../../shared/identity/claims.js'

const WELL_FORMED = /^[A-Za-z0-9._-]{8,128}$/

/** The caller's own id of a request when it is well formed (8 to 128 letters, digits, `.`, `_`, `-`), else a new one. */
export function requestIdOf(headers: IncomingHttpHeaders, newId: () => string): string {
  const given = headers[REQUEST_ID_HEADER]
  return typeof given === 'string' && WELL_FORMED.test(given) ? given : newId()
}
