import { errors } from 'undici'
import { DEADLINE_HEADER, IDENTITY_HEADER, REQUEST_ID_HEADER } from '../../../shared/identity/claims.js'
import type { Carrier, Letter } from './carrier.js'
import { Failure } from './part.js'
import { readReply } from './read-reply.js'
import type { HttpReply, HttpRequest, Transport } from './transport.js'

export interface HttpCarrierOptions {
  readonly subgraph: string
  readonly origin: string
  readonly path: string
  readonly transport: Transport
  /** Told of the headers of every reply, before the sender is of what it holds. */
  readonly replied: (headers: HttpReply['headers']) => void
}

/** Carries each letter as an HTTP request: its parts are answered together. */
export function httpCarrier({ subgraph, origin, path, transport, replied }: HttpCarrierOptions): Carrier {
  return {
    carry: (letter, sender) =>
      transport({ origin, method: 'POST', path, headers: headersOf(letter), body: letter.body }, (reply) => {
        if (reply instanceof Error) return sender.failed(failureOf(reply))
        replied(reply.headers)
        for (const [part, outcome] of readReply(reply, letter.parts, subgraph).entries()) sender.answered(part, outcome)
      }),
  }
}

function headersOf({ parts, identity, deadline, requestId }: Letter): HttpRequest['headers'] {
  const headers: HttpRequest['headers'] = {
    'content-type': 'application/json',
    [IDENTITY_HEADER]: identity,
    [DEADLINE_HEADER]: deadline,
  }
  if (parts === 1) headers[REQUEST_ID_HEADER] = requestId
  return headers
}

function failureOf(cause: Error): Failure {
  const code = 'code' in cause ? cause.code : undefined
  const refused = code === 'ECONNREFUSED' || cause instanceof errors.ConnectTimeoutError
  return refused
    ? new Failure('refused', 'accepts no connections', { cause })
    : new Failure('broken', 'broke the connection', { cause })
}
