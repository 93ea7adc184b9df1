import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Identity } from '../../shared/identity/claims.js'
import type { Authenticate } from '../identity/authenticate.js'

const callers = new WeakMap<FastifyRequest, Identity>()

/** Every route of this scope asks who calls before it reads a body. */
export function requireCaller(app: FastifyInstance, authenticate: Authenticate): void {
  app.addHook('onRequest', async (request) => {
    callers.set(request, await authenticate(request.headers.authorization))
  })
}

/** Who sent a request of a scope that requires a caller. */
export function callerOf(request: FastifyRequest): Identity {
  const caller = callers.get(request)
  if (!caller) throw new Error('The route does not require a caller.')
  return caller
}

/** Who sent a request, if it has come so far that this is known. */
export function knownCaller(request: FastifyRequest): Identity | undefined {
  return callers.get(request)
}
