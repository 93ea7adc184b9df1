import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { Log } from '../log.js'
import { Tracer, type TracingSettings } from './tracer.js'

const SEND_EVERY_MS = 2_000
const POST_WITHIN_MS = 5_000

/** The tracer of this process; undefined where nothing says where traces go. */
export function startTracer(service: string, settings: TracingSettings | undefined, log: Log): Tracer | undefined {
  if (!settings) return undefined
  return new Tracer({
    ...settings,
    service,
    log,
    post,
    pause: (signal) => wait(SEND_EVERY_MS, undefined, { signal, ref: false }).catch(() => {}),
    now: () => performance.timeOrigin + performance.now(),
    newId: (bytes) => randomBytes(bytes).toString('hex'),
    random: Math.random,
  })
}

async function post(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
    signal: AbortSignal.timeout(POST_WITHIN_MS),
  })
  await response.arrayBuffer()
  if (!response.ok) throw new Error(`The receiver of traces answered with status ${response.status}.`)
}
