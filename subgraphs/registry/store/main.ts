import { readStoreConfig, type StoreConfig } from './config.js'
import { Engine } from './engine.js'
import { uriOf } from './socket-path.js'
import { Environment } from './storage/environment.js'
import { claimOwnership } from './storage/ownership.js'
import { WireServer } from './wire/server.js'

const SWEEP_MS = 30_000

/** Tells the parent how it went: `{ type: 'ready', uri }` or `{ type: 'failed', message }`. */
type Report = { type: 'ready'; uri: string } | { type: 'failed'; message: string }

process.umask(0o077)
try {
  const config = readStoreConfig()
  const stop = await serve(config)
  for (const signal of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.once(signal, stop)
  // The parent went during the start, before anything listened.
  if (process.connected === false) await stop()
  await report({ type: 'ready', uri: uriOf(config.socketPath) })
} catch (error) {
  await report({ type: 'failed', message: error instanceof Error ? error.message : String(error) })
  process.exit(1)
}

async function serve({ dataFolder, socketPath }: StoreConfig): Promise<() => Promise<void>> {
  const env = new Environment(dataFolder)
  claimOwnership(env, dataFolder)
  const engine = new Engine(env, Date.now)
  const server = new WireServer((commands) => engine.answer(commands))
  await server.listen(socketPath)
  const sweeping = setInterval(() => engine.sweep(), SWEEP_MS)
  return async () => {
    clearInterval(sweeping)
    await server.close()
    await env.close()
    process.exit(0)
  }
}

function report(message: Report): Promise<void> {
  return new Promise((resolve) => {
    if (process.connected && process.send) process.send(message, () => resolve())
    else resolve()
  })
}
