import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mongoose, { Schema } from 'mongoose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EmbeddedStore, type StoreExit, startEmbeddedStore } from './embedded-store.js'

describe('the supervised embedded store', () => {
  const folder = mkdtempSync(join(tmpdir(), 'modelgraph-store-'))
  const exits: StoreExit[] = []
  const restarts: (() => void)[] = []
  let store: EmbeddedStore

  beforeAll(async () => {
    const onRestart = () => {
      for (const done of restarts.splice(0)) done()
    }
    store = await startEmbeddedStore({ dataFolder: folder, onExit: (exit) => exits.push(exit), onRestart })
  })

  afterAll(async () => {
    await store.close()
    rmSync(folder, { recursive: true })
  })

  it('listens where only its owner may connect', () => {
    expect(statSync(join(folder, 'store.sock')).mode & 0o777).toBe(0o600)
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    expect(statSync(join(folder, 'data.mdb')).mode & 0o077).toBe(0)
  })

  it('refuses a second server on the same folder with one sentence, and serves on', async () => {
    await expect(startEmbeddedStore({ dataFolder: folder })).rejects.toThrow(
      `the embedded store in ${folder} is already served by process ${store.pid}; stop it or choose another MODELGRAPH_DATA`,
    )
    const connection = await mongoose.createConnection(store.uri, { dbName: 'second' }).asPromise()
    await connection.collection('notes').insertOne({ text: 'still here' })
    expect(await connection.collection('notes').countDocuments()).toBe(1)
    await connection.close()
  })

  it('lets an open connection carry on after the server is killed', async () => {
    const connection = await mongoose.createConnection(store.uri, { dbName: 'killed' }).asPromise()
    const Note = connection.model('Note', new Schema({ text: { type: String, unique: true } }))
    await Note.init()
    await Note.create({ text: 'before' })
    const restarted = new Promise<void>((done) => restarts.push(done))
    process.kill(store.pid, 'SIGKILL')
    await restarted
    expect(exits).toEqual([{ code: null, signal: 'SIGKILL', restartInMs: 50 }])
    expect(await Note.findOne({ text: 'before' }).lean()).toMatchObject({ text: 'before' })
    await expect(Note.create({ text: 'before' })).rejects.toMatchObject({ code: 11000 })
    await connection.close()
  })

  it.each([
    ['once it serves', true],
    ['while it starts', false],
  ])('ends when its parent is gone %s', async (_when, serves) => {
    const orphanFolder = mkdtempSync(join(tmpdir(), 'modelgraph-orphan-'))
    const env = { MODELGRAPH_STORE_DATA: orphanFolder, MODELGRAPH_STORE_SOCKET: join(orphanFolder, 'store.sock') }
    const child = fork('dist/subgraphs/registry/store/main.js', {
      env,
      execArgv: [],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    let printed = ''
    child.stdout?.on('data', (text) => (printed += text))
    child.stderr?.on('data', (text) => (printed += text))
    if (serves) await once(child, 'message')
    child.disconnect()
    expect(await once(child, 'exit')).toEqual([0, null])
    expect(printed).toBe('')
    rmSync(orphanFolder, { recursive: true })
  })

  it('falls back to a short socket path when the data folder lies deep', async () => {
    const deep = join(folder, 'a-folder-with-a-long-name'.repeat(5))
    const other = await startEmbeddedStore({ dataFolder: deep })
    const connection = await mongoose.createConnection(other.uri, { dbName: 'deep' }).asPromise()
    await connection.collection('notes').insertOne({ text: 'x' })
    expect(await connection.collection('notes').countDocuments()).toBe(1)
    await connection.close()
    await other.close()
  })
})
