import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Network, startNetwork } from '../deploy/launcher/network.js'
import { type BenchArguments, benchArguments } from './arguments.js'
import { startMeasured } from './process.js'
import { featureNames } from './records.js'
import { machineOf, tableOf, writeDocs } from './report.js'
import { measure, type Row, type Subject } from './series.js'
import { inProcessSubjects } from './subjects/in-process.js'
import { bulkSubjects, httpSubjects, logSubjects } from './subjects/over-http.js'

const MODEL = 'subgraphs/diagnostics/models/malignancy-risk/2/model.onnx'
/** What the log costs is measured by rows of its own; the baseline keeps none. */
const LOG_OFF = { MODELGRAPH_PREDICTION_LOG: 'off' }
const say = (line: string) => process.stderr.write(`${line}\n`)

try {
  await main(benchArguments(process.argv.slice(2)))
} catch (error) {
  say(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}

async function main(options: BenchArguments): Promise<void> {
  const take = (subjects: readonly Subject[]) => measure(subjects, { ...options, progress: say })
  const parts = options.only === 'log' ? [logCost] : [inThisProcess, overHttp, logCost]
  const rows: Row[] = []
  for (const part of parts) rows.push(...(await part(take)))
  process.stdout.write(`${machineOf(new Date())}\n\n${tableOf(rows)}\n`)
  if (options.json) writeFileSync(options.json, `${JSON.stringify({ rows }, undefined, 2)}\n`)
  if (options.docs) writeDocs(rows, new Date())
}

type Take = (subjects: readonly Subject[]) => Promise<readonly Row[]>

async function inThisProcess(take: Take): Promise<readonly Row[]> {
  say('The batcher in this process')
  const { subjects, close } = await inProcessSubjects(MODEL)
  try {
    return await take(subjects)
  } finally {
    await close()
  }
}

async function overHttp(take: Take): Promise<readonly Row[]> {
  say('One row over HTTP, then a thousand')
  return withNetwork(LOG_OFF, async (network) => {
    const bare = await startMeasured('dist/bench/baseline/main.js', { args: [MODEL, ...featureNames()] })
    try {
      return [...(await take(httpSubjects(network, bare))), ...(await take(bulkSubjects(network)))]
    } finally {
      await bare.close()
    }
  })
}

/** Two networks side by side, so that samples of both alternate. */
function logCost(take: Take): Promise<readonly Row[]> {
  say('The prediction log, off and on')
  return withNetwork(LOG_OFF, (off) => withNetwork({}, (on) => take(logSubjects({ on, off }))))
}

async function withNetwork<T>(
  settings: Readonly<Record<string, string>>,
  task: (network: Network) => Promise<T>,
): Promise<T> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'modelgraph-bench-'))
  const ports = { PORT: 0, REGISTRY_PORT: 0, PATIENTS_PORT: 0, DIAGNOSTICS_PORT: 0, VISION_PORT: 0, FRAUD_PORT: 0 }
  const network = await startNetwork({ dataFolder, ports, settings: { LOG_LEVEL: 'error', ...settings }, say })
  try {
    return await task(network)
  } finally {
    await network.stop()
    rmSync(dataFolder, { recursive: true, force: true })
  }
}
