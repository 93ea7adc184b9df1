import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { IDENTITY_HEADER } from '../../../shared/identity/claims.js'
import { LINK_PROTOCOL } from '../../../shared/mesh/protocol.js'

/**
 * Opens a connection to the URL of a replica and turns it into a link; `identity` is that of the gateway, signed for an empty body.
 * Rejects when nobody answers in time, or with anything else than 101.
 */
export type OpenLink = (url: string, identity: string) => Promise<Duplex>

const OPEN_TIMEOUT_MS = 5_000
/** A peer that is gone without a word is found out after some times this. */
const KEEP_ALIVE_MS = 30_000

export const openLink: OpenLink = (url, identity) =>
  new Promise((resolve, reject) => {
    const send = url.startsWith('https:') ? httpsRequest : httpRequest
    const headers = { connection: 'Upgrade', upgrade: LINK_PROTOCOL, [IDENTITY_HEADER]: identity }
    const request = send(url, { headers, agent: false, signal: AbortSignal.timeout(OPEN_TIMEOUT_MS) })
    request.once('error', reject)
    request.once('response', (response) => {
      response.resume()
      reject(new Error(`Expected status 101 and a link, received status ${response.statusCode}.`))
    })
    request.once('upgrade', (_response, connection: Socket, head) => {
      connection.setNoDelay(true)
      connection.setKeepAlive(true, KEEP_ALIVE_MS)
      if (head.length > 0) connection.unshift(head)
      resolve(connection)
    })
    request.end()
  })
