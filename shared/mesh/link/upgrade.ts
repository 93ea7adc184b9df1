import type { Socket } from 'node:net'
import { LINK_PROTOCOL } from '../protocol.js'

/** What a request for a link is answered with; frames follow. */
export const SWITCHING_PROTOCOLS = `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${LINK_PROTOCOL}\r\n\r\n`

/** A peer that is gone without a word is found out after some times this. */
const KEEP_ALIVE_MS = 30_000

/** Makes a connection that was HTTP ready for frames; `head` is what came behind the HTTP. */
export function readyForFrames(connection: Socket, head: Buffer): void {
  connection.setNoDelay(true)
  connection.setKeepAlive(true, KEEP_ALIVE_MS)
  if (head.length > 0) connection.unshift(head)
}
