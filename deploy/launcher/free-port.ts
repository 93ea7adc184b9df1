import { createServer } from 'node:net'
import type { Ports } from './processes.js'
import { StartFailure } from './start-failure.js'

/** Fails when a port is taken, before anything is started; port 0 stands for any free one and always passes. */
export async function requireFreePorts(ports: Ports): Promise<void> {
  const settings = new Map<number, string>()
  for (const [setting, port] of Object.entries(ports)) {
    const reason = settings.has(port) ? `given to ${settings.get(port)} as well` : await refusal(port)
    if (reason) {
      throw new StartFailure(
        `Port ${port} is ${reason}; set ${setting} to another port (0 for any free one)${reason === TAKEN ? ' or stop what listens there' : ''}.`,
      )
    }
    if (port !== 0) settings.set(port, setting)
  }
}

const TAKEN = 'taken'

function refusal(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code === 'EADDRINUSE' ? TAKEN : `not to be had (${error.code})`)
    })
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(undefined)))
  })
}
