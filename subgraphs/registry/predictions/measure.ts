import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLog } from '../../../shared/telemetry/log.js'
import { attachDatabase } from '../database/attach-database.js'
import type { Registry } from '../registry.js'
import { chunkOf, framesOf, predictionIds } from '../testing/chunks.js'
import { storeChunks } from './store-chunks.js'

/** Rows a second that the registry checks and stores, with the embedded store beside it. The predictions are synthetic. */
const dataFolder = mkdtempSync(join(tmpdir(), 'modelgraph-measure-'))
const { database, close } = await attachDatabase({
  mongodbUri: undefined,
  dataFolder,
  log: createLog('measure', 'silent'),
})
const registry = { database, environment: 'test', predictionDays: 30, now: Date.now } as Registry

for (const rows of [500, 50, 1]) {
  const bodies = Array.from({ length: 40 }, (_, n) => bodyOf(rows, Math.max(1, Math.min(20, 1_000 / rows)), n))
  const started = performance.now()
  let stored = 0
  for (const body of bodies) stored += (await storeChunks(registry, body)).stored
  const perSecond = (stored * 1_000) / (performance.now() - started)
  process.stdout.write(`chunks of ${rows} rows: ${Math.round(perSecond).toLocaleString('en')} rows/s\n`)
}
await close()
rmSync(dataFolder, { recursive: true })

/** Thirty features, as the widest reference model has. */
function bodyOf(rows: number, chunks: number, n: number): Buffer {
  return framesOf(
    ...Array.from({ length: chunks }, () => {
      const ids = predictionIds(1_700_000_000_000 + n * 1_000, rows)
      const amount = ids.map((_, row) => row)
      return chunkOf(ids, { inputs: Object.fromEntries(Array.from({ length: 30 }, (_, f) => [`feature${f}`, amount])) })
    }),
  )
}
