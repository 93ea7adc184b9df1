import type { IncomingMessage, Server } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { readyForFrames, SWITCHING_PROTOCOLS } from '../../mesh/link/upgrade.js'
import { GATEWAY_SUBJECT, LINK_PROTOCOL } from '../../mesh/protocol.js'
import { createIdentify, type IdentifyOptions, introductionOf } from '../server/identify.js'
import { ServerLink, type ServerLinkOptions } from './server-link.js'

export interface AcceptLinksOptions extends ServerLinkOptions, IdentifyOptions {}

/** The links that a server has accepted. */
export interface AcceptedLinks {
  /** Asks all gateways to end their links, and cuts off those that have not after `limitMs`. */
  close(limitMs: number): Promise<void>
}

/**
 * Lets the gateway turn connections to a server into links (shared/mesh/protocol.ts). Whoever cannot prove to be it gets 401,
 * any other protocol 426, and a gateway that comes while the server closes 503, each with the end of the connection.
 */
export function acceptLinks(server: Server, options: AcceptLinksOptions): AcceptedLinks {
  const { clock, log } = options
  const links = new Map<Duplex, ServerLink>()
  const identify = createIdentify(options)
  let closing = false
  server.on('upgrade', (request: IncomingMessage, connection: Socket, head: Buffer) => {
    connection.on('error', (err) => log.debug({ err }, 'a link broke'))
    if (request.headers.upgrade !== LINK_PROTOCOL) return refuse(connection, '426 Upgrade Required')
    if (!isGateway(request)) return refuse(connection, '401 Unauthorized')
    if (closing) return refuse(connection, '503 Service Unavailable')
    accept(connection, head)
  })
  return {
    close(limitMs) {
      closing = true
      return closeAll(links, limitMs)
    },
  }

  function isGateway(request: IncomingMessage): boolean {
    try {
      return identify(introductionOf(request, ''), '', clock.now()).identity.subject === GATEWAY_SUBJECT
    } catch {
      return false
    }
  }

  function accept(connection: Socket, head: Buffer): void {
    readyForFrames(connection, head)
    connection.write(SWITCHING_PROTOCOLS)
    links.set(connection, new ServerLink(connection, options))
    connection.once('close', () => links.delete(connection))
  }
}

/** The other side may not keep a connection open that no HTTP server watches any more. */
function refuse(connection: Socket, status: string): void {
  connection.write(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
  connection.destroySoon()
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
