import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { listen } from '../../shared/process/listen.js'
import { type MeasuredProcess, startMeasured } from '../process.js'

/** Apollo Gateway, stock. */
export function startStock(folder: string, supergraph: string): Promise<MeasuredProcess> {
  const env = { NODE_ENV: 'production', APOLLO_TELEMETRY_DISABLED: '1' }
  return startMeasured(join(folder, 'stock.mjs'), { args: [supergraph], env })
}

const HIVE = 'node_modules/@graphql-hive/gateway/dist/bin.js'
const START_LIMIT_MS = 60_000
const ASK_EVERY_MS = 200

/** Hive Gateway with its Rust planner, as its command starts it. */
export async function startHive(folder: string, supergraph: string): Promise<MeasuredProcess> {
  const url = new URL('/graphql', await freeOrigin())
  const args = [
    HIVE,
    'supergraph',
    resolve(supergraph),
    '--hive-router-runtime',
    '--host',
    url.hostname,
    '--port',
    url.port,
  ]
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: { NODE_ENV: 'production' },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const ended = once(child, 'exit')
  const close = async () => {
    child.kill('SIGTERM')
    await ended
  }
  try {
    await Promise.race([
      answering(url),
      ended.then(() => Promise.reject(new Error('Hive Gateway ended at its start.'))),
    ])
  } catch (error) {
    await close()
    throw error
  }
  return { url, pid: child.pid!, close }
}

async function answering(url: URL): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const until = performance.now() + START_LIMIT_MS
  while (performance.now() < until) {
    const answer = await fetch(url, { method: 'POST', headers, body: '{"query":"{__typename}"}' }).catch(
      () => undefined,
    )
    if (answer?.ok) return
    await wait(ASK_EVERY_MS)
  }
  throw new Error(`Hive Gateway did not answer within ${START_LIMIT_MS} ms.`)
}

/** Its command takes no port 0. */
async function freeOrigin(): Promise<string> {
  const server = createServer()
  const origin = await listen(server, { host: '127.0.0.1', port: 0 })
  await new Promise((resolve) => server.close(resolve))
  return origin
}
