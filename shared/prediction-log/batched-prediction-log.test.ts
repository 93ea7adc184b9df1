import { expect, it } from 'vitest'
import { createLog } from '../telemetry/log.js'
import { BatchedPredictionLog } from './batched-prediction-log.js'
import { copiedModelOf } from './entry.js'
import { answeredRows, CONTRACT, LogBench } from './fixtures/log-bench.js'
import type { ToWriter, WriterListener } from './writer-protocol.js'

const bench = new LogBench()
bench.remove()

/** A log whose batches go nowhere until the test says that they did. */
function unwritten(mostWaitingValues: number) {
  const sent: ToWriter[] = []
  let listener: WriterListener | undefined
  const log = new BatchedPredictionLog({
    models: new Map([['risk', copiedModelOf(CONTRACT, 100)]]),
    link: {
      send: (message) => sent.push(message),
      follow: (one) => {
        listener = one
      },
    },
    mostWaitingValues,
    random: () => 0,
    log: createLog('test', 'silent'),
    pause: () => new Promise(() => {}),
    breathe: () => Promise.resolve(),
  })
  const settle = (settled: number) =>
    listener!.onMessage({ type: 'progress', settled, rows: { spooled: 1 }, spoolBytes: 1, read: [] })
  return { log, sent, settle, lose: () => listener!.onLost() }
}

it('bounds what is sent and not written yet, and takes rows again once it is', () => {
  const { log, sent, settle } = unwritten(150_500)
  for (let call = 0; call < 600; call++) log.record(answeredRows(bench, 50))
  expect(log.status()).toMatchObject({ waitingRows: 20_000, rows: { dropped_memory: 10_000 } })
  const batches = sent.filter((message) => message.type === 'batch')
  expect(batches.length).toBeGreaterThan(1)
  expect(batches.map(({ number }) => number)).toEqual(batches.map((_, index) => index + 1))

  settle(1)
  const { waitingRows } = log.status()
  expect(waitingRows).toBe(20_000 - batches[0]!.batch.rows)
  log.record(answeredRows(bench, 50))
  expect(log.status()).toMatchObject({ waitingRows: waitingRows + 50, rows: { dropped_memory: 10_000, spooled: 1 } })
})

it('weighs long texts', () => {
  const { log } = unwritten(10_000)
  const inputs = [{ amount: 1, photo: 'A'.repeat(80_000) }]
  log.record(answeredRows(bench, 1, { inputs }))
  log.record(answeredRows(bench, 1))
  expect(log.status()).toMatchObject({ waitingRows: 1, rows: { dropped_memory: 1 } })
})

it('counts what a lost writer held, and not what was not sent yet', () => {
  const { log, sent, lose } = unwritten(1_000_000)
  while (sent.length === 0) log.record(answeredRows(bench, 50))
  const { waitingRows } = log.status()
  const [first] = sent as [ToWriter & { type: 'batch' }]
  lose()
  expect(log.status()).toMatchObject({
    waitingRows: waitingRows - first.batch.rows,
    rows: { dropped_thread: first.batch.rows },
  })
})
