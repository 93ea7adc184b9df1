import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { IDENTITY_HEADER } from '../identity/claims.js'
import { signIdentity } from '../identity/signing.js'
import { closeServer, listen } from '../process/listen.js'
import { environment, SECRET } from './fixtures/served.js'

const MAIN = resolve('dist/shared/serving/fixtures/sample-main.js')
const NOWHERE = 'http://127.0.0.1:9'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'serving-'))
})

afterAll(() => rm(folder, { recursive: true }))

describe('a subgraph process', () => {
  it('says ready, ends the request under way on SIGTERM, and exits with 0', async () => {
    const child = start()
    const url = await ready(child)
    const body = JSON.stringify({ query: '{ merchant(id: "1") { name } }' })
    const { answered, finish } = await beginRequest(`${url}/graphql`, body)
    child.kill('SIGTERM')
    await refused(url)
    finish()
    expect(await answered).toBe('{"data":{"merchant":{"name":"Corner shop"}}}')
    expect(await exitOf(child)).toMatchObject({ code: 0 })
  })

  it('stops when its parent is gone', async () => {
    const child = start()
    await ready(child)
    const exited = once(child, 'exit')
    child.disconnect()
    expect(await exited).toEqual([0, null])
  })

  it('ends with a sentence when its port is taken', async () => {
    const other = createServer()
    const { port } = new URL(await listen(other, { host: '127.0.0.1', port: 0 }))
    expect(await exitOf(start({ PORT: port }))).toEqual({
      code: 1,
      out: '',
      err: `payments: Port ${port} is taken; stop the process that listens there or set PORT to another.\n`,
    })
    await closeServer(other, 0)
  })

  it('ends with a sentence when a setting is wrong', async () => {
    expect(await exitOf(start({ MODELGRAPH_MESH_SECRET: 'short' }))).toEqual({
      code: 1,
      out: '',
      err: 'payments: The setting MODELGRAPH_MESH_SECRET is wrong: expected at least 32 characters that all processes share.\n',
    })
  })

  it('describes itself without any settings', async () => {
    const { code, out } = await exitOf(fork(MAIN, ['--describe'], { silent: true, env: {} }))
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({
      name: 'payments',
      sdl: expect.stringContaining('paymentRisk('),
      contracts: [{ model: 'payment-risk' }],
    })
  })
})

function start(settings: NodeJS.ProcessEnv = {}): ChildProcess {
  return fork(MAIN, { silent: true, env: environment(NOWHERE, folder, settings) })
}

function ready(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => child.once('message', (message: { url: string }) => resolve(message.url)))
}

async function exitOf(child: ChildProcess): Promise<{ code: number | null; out: string; err: string }> {
  let out = ''
  let err = ''
  child.stdout?.on('data', (text) => {
    out += text
  })
  child.stderr?.on('data', (text) => {
    err += text
  })
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, out, err }
}

/** A request that the server has begun to read, and the rest of which is sent by `finish`. */
async function beginRequest(url: string, body: string) {
  const identity = signIdentity(
    { subject: 'client:1', client: 'app', scopes: [], environment: 'test' },
    { audience: 'payments', body, now: Date.now() },
    SECRET,
  )
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    [IDENTITY_HEADER]: identity,
    expect: '100-continue',
  }
  const sent = request(url, { method: 'POST', headers })
  const answered = new Promise<string>((resolve, reject) => {
    sent.on('error', reject)
    sent.on('response', async (response) => {
      let text = ''
      for await (const chunk of response) text += chunk
      resolve(text)
    })
  })
  await new Promise((resolve) => sent.once('continue', resolve))
  return { answered, finish: () => sent.end(body) }
}

/** Resolves once the server takes no new connections. */
async function refused(url: string): Promise<void> {
  for (;;) {
    const alive = await fetch(`${url}/health/live`).then(
      () => true,
      () => false,
    )
    if (!alive) return
  }
}
