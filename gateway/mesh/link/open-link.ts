import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { IDENTITY_HEADER } from '../../../shared/identity/claims.js'
import { readyForFrames } from '../../../shared/mesh/link/upgrade.js'
import { LINK_PROTOCOL } from '../../../shared/mesh/protocol.js'

/**
 * Opens a connection to the URL of a replica and turns it into a link; `identity` is that of the gateway, signed for an empty body.
 * Rejects when nobody answers in time, or with anything else than 101.
 */
export type OpenLink = (url: string, identity: string) => Promise<Duplex>

const OPEN_TIMEOUT_MS = 5_000

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
      readyForFrames(connection, head)
      resolve(connection)
    })
    request.end()
  })
