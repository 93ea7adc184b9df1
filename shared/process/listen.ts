import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ConfigError } from '../config/read.js'

export interface ListenAddress {
  readonly host: string
  /** 0 takes a free port. */
  readonly port: number
}

/** Listens and answers the URL. A taken port or a foreign address is a `ConfigError`, a sentence that says what to do. */
export async function listen(server: Server, address: ListenAddress): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    const refuse = (error: Error) => reject(explainListenError(error, address))
    server.once('error', refuse)
    server.listen({ host: address.host, port: address.port }, () => {
      server.off('error', refuse)
      resolve()
    })
  })
  return urlOf(server.address() as AddressInfo)
}

/** The sentence for an error of `listen`; any other error as it is. */
function explainListenError(error: unknown, { host, port }: ListenAddress): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE') {
    return new ConfigError(`Port ${port} is taken; stop the process that listens there or set PORT to another.`)
  }
  if (code === 'EACCES') {
    return new ConfigError(`Port ${port} needs more rights than this process has; set PORT to 1024 or above.`)
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return new ConfigError(`This machine has no address ${host} to listen on; set HOST to one it has.`)
  }
  return error
}

/** How often connections that have become idle are looked for while a server closes. */
const IDLE_SWEEP_MS = 20

/**
 * Takes no new connections, lets requests under way end, and cuts them off after `limitMs`. Requests that still arrive
 * on open connections are answered, and told that the connection ends with them.
 */
export async function closeServer(server: Server, limitMs: number): Promise<void> {
  server.prependListener('request', (_request, response) => response.setHeader('connection', 'close'))
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  const sweep = setInterval(() => server.closeIdleConnections(), IDLE_SWEEP_MS)
  const limit = setTimeout(() => server.closeAllConnections(), limitMs)
  await closed
  clearInterval(sweep)
  clearTimeout(limit)
}

function urlOf({ address, family, port }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
}
