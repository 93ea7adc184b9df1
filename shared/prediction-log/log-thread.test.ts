import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createLog } from '../telemetry/log.js'
import { BatchedPredictionLog } from './batched-prediction-log.js'
import { copiedModelOf } from './entry.js'
import { answeredRows, CONTRACT, LogBench } from './fixtures/log-bench.js'
import { readFrames } from './frame.js'
import { LogThread } from './log-thread.js'
import { Spool } from './spool.js'

const bench = new LogBench()
bench.remove()
const log = createLog('test', 'silent')
let folder: string
let waits: (() => void)[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'log-thread-'))
  waits = []
})

afterEach(() => rmSync(folder, { recursive: true }))

const pause = () => new Promise<void>((resolve) => waits.push(resolve))
const passWaits = () => {
  for (const end of waits.splice(0)) end()
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) {
    passWaits()
    await new Promise(setImmediate)
  }
}

/** A thread that nobody takes deliveries from. */
function start(spool: string): LogThread {
  const models = [{ name: 'risk', contract: CONTRACT, sample: 100 }]
  const registry = { registryUrl: 'http://127.0.0.1:9', secret: 'a secret of the mesh that is long enough' }
  const data = { service: 'test', environment: 'test', models, folder: spool, spoolBytes: 10_000_000 } as const
  return new LogThread({ ...data, ...registry, logLevel: 'silent' }, { log, pause })
}

it('writes what it is sent; once it is lost, another does, and what it held is counted', async () => {
  const link = start(folder)
  const models = new Map([['risk', copiedModelOf(CONTRACT, 100)]])
  const breathe = () => new Promise(setImmediate)
  const predictionLog = new BatchedPredictionLog({ models, link, random: () => 0, log, pause, breathe })
  await link.opened
  predictionLog.record(answeredRows(bench, 5))
  await until(() => predictionLog.status().rows.spooled === 5)

  // What it cannot understand ends a thread before it comes to what was sent next.
  link.send({ type: 'batch' } as never, [])
  predictionLog.record(answeredRows(bench, 3))
  passWaits()
  await until(() => predictionLog.status().rows.dropped_thread === 3)
  expect(predictionLog.status().waitingRows).toBe(0)

  predictionLog.record(answeredRows(bench, 4))
  await until(() => predictionLog.status().rows.spooled === 9)
  await predictionLog.close()
  expect(await spooledRows()).toBe(9)
})

it('says why it cannot open its spool, and does not try again', async () => {
  const file = join(folder, 'file')
  writeFileSync(file, '')
  const link = start(file)
  const lost = new Promise<void>((resolve) => link.follow({ onMessage: () => {}, onLost: resolve }))
  await expect(link.opened).rejects.toThrow('EEXIST')
  await lost
  expect(waits).toEqual([])
})

async function spooledRows(): Promise<number> {
  const spool = await Spool.open({ folder, limitBytes: 10_000_000 })
  let rows = 0
  for (let segment = await spool.oldest(); segment; segment = await spool.oldest()) {
    const { bytes } = await spool.read(segment)
    for (const { head } of readFrames(bytes).frames) rows += JSON.parse(head.toString()).rows
    await spool.remove(segment)
  }
  return rows
}
