import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import mongoose, { type Connection, Schema } from 'mongoose'
import { storeEnvironment } from '../config.js'
import { socketPathOf } from '../socket-path.js'

/** What rounds of kill -9 showed. */
export interface DurabilityReport {
  rounds: number
  /** Inserts and updates the server acknowledged before it was killed. */
  inserts: number
  updates: number
  /** Those of them that were missing afterwards; anything but 0 is a fault. */
  lost: number
  /** Documents an index does not lead to, or entries that lead to no document; anything but 0 is a fault. */
  inconsistent: number
}

export interface DurabilityOptions {
  dataFolder: string
  /** The compiled `main.js`. */
  main: string
  rounds: number
  writers: number
  /** The server is killed once this many writes of a round were acknowledged, in the middle of the next ones. */
  writesPerRound: number
}

/** Kills the server with SIGKILL while clients write, starts it again, and checks all it had acknowledged; in rounds. */
export async function killInRounds(options: DurabilityOptions): Promise<DurabilityReport> {
  const ledger: Ledger = { inserts: new Set(), updates: new Map(), sequence: 0 }
  const report: DurabilityReport = { rounds: options.rounds, inserts: 0, updates: 0, lost: 0, inconsistent: 0 }
  for (let round = 0; round < options.rounds; round++) {
    await withServer(options, async (model, server) => {
      await check(model, ledger, report)
      await writeUntilKilled(model, server, ledger, options)
    })
  }
  await withServer(options, (model) => check(model, ledger, report))
  return { ...report, inserts: ledger.inserts.size, updates: ledger.updates.size }
}

/** What was acknowledged. */
interface Ledger {
  inserts: Set<number>
  updates: Map<number, number>
  sequence: number
}

const OPTIONS = { dbName: 'durability', autoIndex: false, serverSelectionTimeoutMS: 2000 }
const SCHEMA = new Schema({ n: { type: Number, unique: true }, count: Number, tags: [String] }).index({ tags: 1, n: 1 })

type NumberModel = ReturnType<typeof modelOf>

function modelOf(connection: Connection) {
  return connection.model('Number', SCHEMA)
}

async function withServer(
  { dataFolder, main }: DurabilityOptions,
  work: (model: NumberModel, server: ChildProcess) => Promise<void>,
): Promise<void> {
  const env = storeEnvironment({ dataFolder, socketPath: socketPathOf(dataFolder) })
  const server = fork(main, { env, execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const [{ uri }] = (await once(server, 'message')) as [{ uri: string }]
  const connection = await mongoose.createConnection(uri, OPTIONS).asPromise()
  const model = modelOf(connection)
  await model.createIndexes()
  await work(model, server)
  await connection.close(true)
  if (server.exitCode !== null || server.signalCode !== null) return
  server.kill('SIGTERM')
  await once(server, 'exit')
}

async function writeUntilKilled(model: NumberModel, server: ChildProcess, ledger: Ledger, options: DurabilityOptions) {
  let acknowledged = 0
  let killed = false
  // Requests under way are called off at once, rather than after the driver's wait for another server.
  const gone = once(server, 'exit').then(() => model.db.close(true))
  const note = () => {
    acknowledged += 1
    if (acknowledged === options.writesPerRound) killed = server.kill('SIGKILL')
  }
  const write = async (): Promise<void> => {
    while (!killed) await writeOnce(model, ledger, note)
  }
  await Promise.allSettled(Array.from({ length: options.writers }, write))
  await gone
}

async function writeOnce(model: NumberModel, ledger: Ledger, note: () => void): Promise<void> {
  const size = ledger.sequence % 7 === 0 ? 20 : 1
  const first = ledger.sequence
  ledger.sequence += size
  const rows = Array.from({ length: size }, (_, n) => ({ n: first + n, count: 0, tags: ['new', `tag${n}`] }))
  await model.insertMany(rows)
  for (const { n } of rows) ledger.inserts.add(n)
  note()
  await model.updateOne({ n: first }, { $inc: { count: 1 }, $push: { tags: 'seen' } })
  ledger.updates.set(first, 1)
  note()
}

async function check(model: NumberModel, ledger: Ledger, report: DurabilityReport): Promise<void> {
  const stored = new Map((await model.find().lean()).map((doc) => [doc.n, doc]))
  for (const n of ledger.inserts) if (!stored.has(n)) report.lost += 1
  for (const [n, count] of ledger.updates) if ((stored.get(n)?.count ?? -1) < count) report.lost += 1
  report.inconsistent += stored.size === (await model.countDocuments({ n: { $gte: 0 } })) ? 0 : 1
  report.inconsistent += stored.size === (await model.countDocuments({ tags: 'new' })) ? 0 : 1
  const seen = [...stored.values()].filter((doc) => doc.tags.includes('seen')).length
  report.inconsistent += seen === (await model.countDocuments({ tags: 'seen' })) ? 0 : 1
}
