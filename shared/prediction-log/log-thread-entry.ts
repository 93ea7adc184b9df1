import { setPriority } from 'node:os'
import { setTimeout } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { createControlClient } from '../control/client.js'
import { createLog } from '../telemetry/log.js'
import type { LogThreadData } from './log-thread.js'
import { recordedFieldsOf } from './recorded-fields.js'
import { Spool } from './spool.js'
import { SpoolWriter } from './spool-writer.js'
import type { FromWriter, ToWriter } from './writer-protocol.js'

const data = workerData as LogThreadData
const { service, environment, registryUrl: url, secret } = data
const port = parentPort!
/** Of the scale from -20 to 19, on which other threads have 0. */
const NICE = 10
const client = createControlClient({ url, secret, service, environment, now: Date.now })

stepBack()
try {
  const writer = await openWriter()
  port.on('message', (message: ToWriter) => {
    if (message.type === 'close') void leave(writer, message)
    else void writer.told(message)
  })
  tell({ type: 'opened' })
} catch (error) {
  tell({ type: 'failed', message: error instanceof Error ? error.message : String(error) })
  await client.close()
}

/**
 * Linux knows priorities of threads, and 0 is the one that asks. Without it, waking this thread on the core of the one that
 * answers stops that one for as long as a chunk takes; with it, a saturated machine still leaves it a tenth of a core.
 */
function stepBack(): void {
  if (process.platform === 'linux') setPriority(0, NICE)
}

async function openWriter(): Promise<SpoolWriter> {
  const spool = await Spool.open({ folder: data.folder, limitBytes: data.spoolBytes })
  const recorded = data.models.map(
    ({ name, contract, sample }) => [name, { fields: recordedFieldsOf(contract), sample }] as const,
  )
  return new SpoolWriter({
    environment,
    models: new Map(recorded),
    spool,
    deliver: client.predictions.bind(client),
    random: Math.random,
    log: createLog(service, data.logLevel),
    pause: (ms, signal) => setTimeout(ms, undefined, { signal }),
    tell,
  })
}

async function leave(writer: SpoolWriter, message: ToWriter): Promise<void> {
  await writer.told(message)
  await client.close()
  tell({ type: 'closed' })
  port.close()
}

function tell(message: FromWriter, transfer: readonly ArrayBuffer[] = []): void {
  port.postMessage(message, transfer)
}
