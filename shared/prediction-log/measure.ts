import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Contract } from '../contract/declaration.js'
import type { AnsweredField } from '../serving/predict/answered-field.js'
import { createPredictionIds } from '../serving/predict/prediction-id.js'
import { recordAnswers } from '../serving/predict/record-answers.js'
import { RowRoutes } from '../serving/predict/row-routes.js'
import { createLog } from '../telemetry/log.js'
import { NO_PREDICTION_LOG, type PredictionLog } from './prediction-log.js'
import { startPredictionLog } from './start-prediction-log.js'

/**
 * What recording costs, on synthetic rows of 30 features and two outputs, one row a call, delivered to a process
 * that discards them: `node dist/shared/prediction-log/measure.js`. Processor time of the thread that answers and of
 * the whole process, in rounds that alternate between a log and none; Linux only. Calls come at the pace of a subgraph that
 * is busy.
 */
const ROUNDS = 8
const WARM_UP_ROUNDS = 2
const CALLS = 20_000
const CALLS_A_TURN = 32
/** Between two turns of the event loop, in milliseconds, so that the other thread is never behind. */
const TURN_MS = 1
const FEATURES = 30

const contract: Contract = {
  format: 1,
  model: 'risk',
  description: 'Synthetic.',
  responseTimeMs: 10,
  input: {
    type: 'Row',
    features: Array.from({ length: FEATURES }, (_, index) => ({
      name: `feature${index}`,
      kind: 'float',
      example: 1,
      tensor: 'features',
    })),
  },
  output: {
    type: 'Risk',
    outputs: [
      { name: 'probability', kind: 'float', tensor: 'p' },
      { name: 'label', kind: 'category', categories: ['BENIGN', 'MALIGNANT'], tensor: 'label' },
    ],
  },
}
const newId = createPredictionIds(Date.now, (bytes) => crypto.getRandomValues(bytes))
const ROUTES = RowRoutes.all({ version: 1, route: 'CHAMPION', revision: 3 } as never)
const NO_ERRORS = new Map<number, never>()

if (process.argv[2] === 'registry') discard()
else await main()

async function main(): Promise<void> {
  const registry = fork(fileURLToPath(import.meta.url), ['registry'])
  const [port] = await once(registry, 'message')
  const folder = mkdtempSync(join(tmpdir(), 'prediction-log-'))
  const log = await startPredictionLog({
    service: 'measure',
    environment: 'test',
    models: [{ name: 'risk', contract, sample: 100 }],
    folder,
    spoolBytes: 2 ** 28,
    registryUrl: `http://127.0.0.1:${port}`,
    secret: 'a secret of the mesh that is long enough',
    logLevel: 'warn',
    log: createLog('measure', 'warn'),
    pause: (ms, signal) => setTimeout(ms, undefined, { signal }),
    breathe: () => new Promise(setImmediate),
    random: Math.random,
  })
  await compare(log)
  process.stdout.write(`${JSON.stringify(log.status().rows)}\n`)
  await log.close()
  registry.disconnect()
  rmSync(folder, { recursive: true })
}

async function compare(log: PredictionLog): Promise<void> {
  const figures: Record<'thread' | 'process' | 'inRecord', number>[] = []
  for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
    const off = await costOf(NO_PREDICTION_LOG)
    const on = await costOf(log)
    if (round < WARM_UP_ROUNDS) continue
    figures.push({
      thread: on.thread - off.thread,
      process: on.process - off.process,
      inRecord: on.inRecord - off.inRecord,
    })
  }
  for (const name of ['inRecord', 'thread', 'process'] as const) {
    const sorted = figures.map((figure) => figure[name]).sort((one, other) => one - other)
    const [low, middle, high] = [0.25, 0.5, 0.75].map((share) => sorted[Math.floor(share * ROUNDS)]!.toFixed(2))
    process.stdout.write(`${name}: ${middle} µs a call (quartiles ${low} to ${high})\n`)
  }
}

/** Of a call, in microseconds of processor time; `inRecord` is the time that passes while it is recorded. */
async function costOf(log: PredictionLog) {
  const [thread, all] = [threadMicros(), processMicros()]
  let inRecord = 0
  for (let call = 0; call < CALLS; call += CALLS_A_TURN) {
    const fields = Array.from({ length: CALLS_A_TURN }, (_, index) => answeredField(call + index))
    const started = performance.now()
    for (const field of fields) recordAnswers(field, log)
    inRecord += (performance.now() - started) * 1_000
    await setTimeout(TURN_MS)
  }
  // What was recorded last is written within this time.
  await setTimeout(500)
  return {
    thread: (threadMicros() - thread) / CALLS,
    process: (processMicros() - all) / CALLS,
    inRecord: inRecord / CALLS,
  }
}

function answeredField(call: number): AnsweredField {
  const row: Record<string, unknown> = {}
  for (let index = 0; index < FEATURES; index++) row[`feature${index}`] = call * 0.5 + index
  const outputs = { probability: 0.25, label: call % 3 === 0 ? 'BENIGN' : 'MALIGNANT' }
  const identity = { client: 'app' }
  return {
    model: 'risk',
    call: { context: { identity, requestId: crypto.randomUUID(), operation: 'Risk' } },
    inputs: [row],
    rows: 1,
    ids: [newId()],
    routes: ROUTES,
    errors: NO_ERRORS,
    outputsOf: () => outputs,
    latencyMs: 1.5,
    queueMs: 0.25,
    runMs: 0.5,
  } as unknown as AnsweredField
}

function processMicros(): number {
  const { user, system } = process.cpuUsage()
  return user + system
}

/** Of the thread that answers: the kernel counts its nanoseconds. */
function threadMicros(): number {
  return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0]) / 1_000
}

/** A registry in a process of its own, until its parent lets go of it. */
function discard(): void {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ stored: 0, known: 0, refused: { rows: 0, reasons: [] } }))
    })
  })
  server.listen(0, '127.0.0.1', () => process.send!((server.address() as AddressInfo).port))
  process.once('disconnect', () => process.exit())
}
