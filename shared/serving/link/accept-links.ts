import type { IncomingMessage, Server } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { IDENTITY_HEADER } from '../../identity/claims.js'
import { createVerifier } from '../../identity/signing.js'
import { GATEWAY_SUBJECT, LINK_PROTOCOL } from '../../mesh/protocol.js'
import type { Clock } from '../clock.js'
import { ServerLink, type ServerLinkOptions } from './server-link.js'

export interface AcceptLinksOptions extends ServerLinkOptions {
  /** Name of the subgraph. */
  readonly audience: string
  readonly secret: string
  readonly clock: Clock
}

/** The links that a server has accepted. */
export interface AcceptedLinks {
  /** Asks all gateways to end their links, and cuts off those that have not after `limitMs`. */
  close(limitMs: number): Promise<void>
}

/**
 * Lets the gateway turn connections to a server into links (shared/mesh/protocol.ts). Whoever cannot prove to be it gets 401,
 * and any other protocol 426, both with the end of the connection.
 */
export function acceptLinks(server: Server, options: AcceptLinksOptions): AcceptedLinks {
  const { audience, secret, clock, log } = options
  const links = new Map<Duplex, ServerLink>()
  const verify = createVerifier(audience, secret)
  server.on('upgrade', (request: IncomingMessage, connection: Socket, head: Buffer) => {
    connection.on('error', (err) => log.debug({ err }, 'a link broke'))
    if (request.headers.upgrade !== LINK_PROTOCOL) return refuse(connection, '426 Upgrade Required')
    if (!isGateway(request)) return refuse(connection, '401 Unauthorized')
    accept(connection, head)
  })
  return { close: (limitMs) => closeAll(links, limitMs) }

  function isGateway({ headers }: IncomingMessage): boolean {
    const header = headers[IDENTITY_HEADER]
    try {
      return verify(typeof header === 'string' ? header : undefined, '', clock.now()).subject === GATEWAY_SUBJECT
    } catch {
      return false
    }
  }

  function accept(connection: Socket, head: Buffer): void {
    connection.setNoDelay(true)
    connection.setKeepAlive(true, KEEP_ALIVE_MS)
    connection.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${LINK_PROTOCOL}\r\n\r\n`)
    links.set(connection, new ServerLink(connection, options))
    connection.once('close', () => links.delete(connection))
    if (head.length > 0) connection.unshift(head)
  }
}

/** A peer that is gone without a word is found out after some times this. */
const KEEP_ALIVE_MS = 30_000

function refuse(connection: Socket, status: string): void {
  connection.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

async function closeAll(links: ReadonlyMap<Duplex, ServerLink>, limitMs: number): Promise<void> {
  const closed = [...links].map(([connection, link]) => {
    link.close()
    return new Promise<void>((resolve) => connection.once('close', () => resolve()))
  })
  const limit = setTimeout(() => {
    for (const connection of links.keys()) connection.destroy()
  }, limitMs)
  await Promise.all(closed)
  clearTimeout(limit)
}
