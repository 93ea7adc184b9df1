import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type Collection, MongoClient } from 'mongodb'
import { killInRounds } from './durability/rounds.js'
import { startEmbeddedStore } from './embedded-store.js'

interface Row {
  _id: number
  slug: string
  team: string
  calls: number
  at: Date
}

const { values: flags } = parseArgs({ options: { 'kill-rounds': { type: 'string' } } })
const folder = mkdtempSync(join(tmpdir(), 'modelgraph-measure-'))
try {
  if (flags['kill-rounds'] === undefined) await measure()
  else await killRounds(Number(flags['kill-rounds']))
} finally {
  rmSync(folder, { recursive: true })
}

/** Rates of the embedded store on this machine, client and server as two processes. The rows are synthetic. */
async function measure(): Promise<void> {
  const store = await startEmbeddedStore({ dataFolder: folder })
  const client = await new MongoClient(store.uri, { maxPoolSize: 32 }).connect()
  const rows = client.db('measure').collection<Row>('rows')
  await rows.createIndex({ slug: 1 }, { unique: true })
  await rows.createIndex({ team: 1, at: -1 })
  print(
    `node ${process.version}, ${cpus().length} x ${cpus()[0]?.model ?? 'unknown CPU'}, ${new Date().toISOString().slice(0, 10)}`,
  )
  await rateOf('insertMany, 1000 documents each, two indexes beside _id', 20, 1, (n) => insertThousand(rows, n), 1000)
  await rateOf('insertOne', 6000, 32, (n) => rows.insertOne(rowOf(100_000 + n)))
  await rateOf('findOne by unique index', 12_000, 32, (n) => rows.findOne({ slug: `slug-${n % 20_000}` }))
  await rateOf('find by index, sorted by it, limit 20', 3000, 16, (n) => recent(rows, n))
  await rateOf('updateOne $inc by unique index', 6000, 32, (n) =>
    rows.updateOne({ slug: `slug-${n}` }, { $inc: { calls: 1 } }),
  )
  const documents = await rows.countDocuments()
  await rateOf(`scan by a regular expression, documents`, 5, 1, () => rows.countDocuments({ slug: /99$/ }), documents)
  await rateOf(`$group over all, documents`, 5, 1, () => grouped(rows), documents)
  await client.close()
  await store.close()
}

async function rateOf(
  name: string,
  operations: number,
  concurrency: number,
  run: (n: number) => Promise<unknown>,
  weight = 1,
) {
  let next = 0
  const worker = async () => {
    while (next < operations) await run(next++)
  }
  const start = performance.now()
  await Promise.all(Array.from({ length: concurrency }, worker))
  const perSecond = (operations * weight * 1000) / (performance.now() - start)
  print(`${name}, c=${concurrency}: ${Math.round(perSecond).toLocaleString('en')}/s`)
}

function rowOf(n: number): Row {
  return { _id: n, slug: `slug-${n}`, team: `team-${n % 50}`, calls: 0, at: new Date(1_700_000_000_000 + n) }
}

function insertThousand(rows: Collection<Row>, n: number): Promise<unknown> {
  return rows.insertMany(Array.from({ length: 1000 }, (_, k) => rowOf(n * 1000 + k)))
}

function recent(rows: Collection<Row>, n: number): Promise<unknown> {
  return rows
    .find({ team: `team-${n % 50}` })
    .sort({ at: -1 })
    .limit(20)
    .toArray()
}

function grouped(rows: Collection<Row>): Promise<unknown> {
  return rows.aggregate([{ $group: { _id: '$team', calls: { $sum: '$calls' }, rows: { $sum: 1 } } }]).toArray()
}

async function killRounds(rounds: number): Promise<void> {
  const main = join(dirname(fileURLToPath(import.meta.url)), 'main.js')
  const report = await killInRounds({ dataFolder: folder, main, rounds, writers: 8, writesPerRound: 300 })
  print(JSON.stringify(report))
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
