import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { PROJECT_ROOT } from '../shared/process/project-root.js'

const KEY = 'mg_test_key'
const ARTIFACT = Buffer.from('an artifact')
const SHA256 = createHash('sha256').update(ARTIFACT).digest('hex')
const SUBGRAPH_URL = 'http://127.0.0.1:4005/graphql'

const temporary = mkdtempSync(join(tmpdir(), 'modelgraph-cli-'))
afterAll(() => rmSync(temporary, { recursive: true }))

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(temporary, 'team-'))
  write('modelgraph.json', {
    name: 'fraud',
    team: 'payments',
    models: [{ name: 'fraud-detector', versions: ['models/fraud-detector/1'] }],
  })
  write('described.json', { name: 'fraud', sdl: 'type Query { a: Int }', contracts: [CONTRACT] })
  write('models/fraud-detector/1/card.json', CARD)
  write('models/fraud-detector/1/model.onnx', ARTIFACT)
})

describe('modelgraph publish', () => {
  it('publishes models, then versions with their artifacts, then the subgraph', async () => {
    const gateway = await gatewayThat(accepts)
    const { code, stdout } = await publish(gateway.url, ['--commit', 'c0ffee'])
    expect([code, stdout]).toEqual([
      0,
      'fraud-detector: registered\nfraud-detector@1: published\nfraud: The field a is new. (NOTE)\nfraud: published, supergraph 3\n',
    ])
    expect(gateway.asked).toEqual([
      ['RegisterModel', { input: { name: 'fraud-detector', team: 'payments', contract: CONTRACT } }],
      [`PUT /artifacts/${SHA256}`, ARTIFACT.toString()],
      [
        'PublishModelVersion',
        { input: { model: 'fraud-detector', artifactSha256: SHA256, card: CARD, codeCommit: 'c0ffee' } },
      ],
      [
        'PublishSubgraph',
        { input: { name: 'fraud', team: 'payments', sdl: 'type Query { a: Int }', url: SUBGRAPH_URL } },
      ],
    ])
    expect(gateway.keys).toEqual(new Set([`Bearer ${KEY}`]))
  })

  it('says what was published before', async () => {
    const gateway = await gatewayThat((asked) => accepts(asked, { isNew: false }))
    expect((await publish(gateway.url)).stdout).toBe(
      'fraud-detector: registered\nfraud-detector@1: was published before\nfraud: was published before, supergraph 3\n',
    )
  })

  it.each([
    ['PublishModelVersion', 'fraud-detector@1', { version: null, created: false }],
    ['PublishSubgraph', 'fraud', { accepted: false, changed: false, supergraphVersion: null }],
  ])('stops when %s is refused and prints the reasons', async (operation, what, refused) => {
    const findings = [
      { code: 'CONTRACT_MISMATCH', message: 'One.' },
      { code: 'CONTRACT_MISMATCH', message: 'Two.' },
    ]
    const field = operation.replace('P', 'p')
    const gateway = await gatewayThat((asked) =>
      asked === operation ? JSON.stringify({ data: { [field]: { ...refused, findings } } }) : accepts(asked),
    )
    const { code, stderr } = await publish(gateway.url)
    expect([code, stderr]).toEqual([
      1,
      `${what} was refused, and nothing has changed:\n  One. (CONTRACT_MISMATCH)\n  Two. (CONTRACT_MISMATCH)\n`,
    ])
    expect(gateway.asked.at(-1)?.[0]).toBe(operation)
  })

  it('stops at the first error and prints it with its code', async () => {
    const gateway = await gatewayThat((asked) =>
      asked === 'RegisterModel' ? refusal('FORBIDDEN', 'The model belongs to others.') : accepts(asked),
    )
    const { code, stderr } = await publish(gateway.url)
    expect([code, stderr]).toEqual([1, 'RegisterModel was refused: The model belongs to others. (FORBIDDEN)\n'])
    expect(gateway.asked).toHaveLength(1)
  })

  it('names an artifact that is not accepted', async () => {
    const gateway = await gatewayThat((asked) =>
      asked.startsWith('PUT') ? refusal('FORBIDDEN', 'No.') : accepts(asked),
    )
    const { code, stderr } = await publish(gateway.url)
    expect([code, stderr]).toEqual([
      1,
      `${folder}/models/fraud-detector/1/model.onnx was not accepted: No. (FORBIDDEN)\n`,
    ])
  })

  it('says that no gateway answers', async () => {
    const { code, stderr } = await publish('http://127.0.0.1:1')
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /^No gateway answers at http:\/\/127\.0\.0\.1:1 \(.*\); start it or name another with --gateway\.\n$/,
    )
  })

  it('knows an answer that is none of a gateway', async () => {
    const gateway = await gatewayThat(() => '<html>')
    expect((await publish(gateway.url)).stderr).toContain("is this URL a gateway's?")
  })

  it.each([
    ['modelgraph.json', '{', 'modelgraph.json is not JSON'],
    [
      'modelgraph.json',
      { name: 'Fraud', team: 'payments', models: [] },
      'is wrong at name: expected a name in lower case',
    ],
    ['models/fraud-detector/1/card.json', { format: 1 }, 'card.json is wrong at '],
    ['described.json', { name: 'fraud', sdl: 'x', contracts: [] }, 'but fraud serves none'],
  ])('names what is wrong in %s', async (file, content, reason) => {
    write(file, content)
    const { code, stderr } = await publish('http://127.0.0.1:1')
    expect([code, stderr.trim().split('\n').length]).toEqual([1, 1])
    expect(stderr).toContain(reason)
  })

  it('names a file that is missing', async () => {
    rmSync(join(folder, 'modelgraph.json'))
    expect((await publish('http://127.0.0.1:1')).stderr).toBe(`${folder}/modelgraph.json cannot be read (ENOENT).\n`)
  })
})

describe('the key', () => {
  it.each([
    ['the key alone', `${KEY}\n`],
    ['a dev-keys.json', { admin: 'a', team: KEY, app: 'b' }],
  ])('is read from a file with %s', async (_what, content) => {
    const gateway = await gatewayThat(accepts)
    write('key', content)
    expect((await publish(gateway.url, ['--key-file', join(folder, 'key')], {})).code).toBe(0)
    expect(gateway.keys).toEqual(new Set([`Bearer ${KEY}`]))
  })

  it.each(['{"admin": "a"}', 'two words', '', '{'])('is not taken from a file with %j', async (content) => {
    write('key', content)
    const { code, stderr } = await publish('http://127.0.0.1:1', ['--key-file', join(folder, 'key')], {})
    expect([code, stderr]).toEqual([1, `${folder}/key holds no key; put the key alone into it.\n`])
  })

  it('is asked for when there is none', async () => {
    const { code, stderr } = await publish('http://127.0.0.1:1', [], {})
    expect([code, stderr.startsWith('There is no key; set MODELGRAPH_KEY')]).toEqual([1, true])
  })
})

describe('a command that is none', () => {
  it.each([
    [[], 'Say what to do.'],
    [['unpublish'], 'There is no command unpublish.'],
    [['publish'], 'publish takes one folder.'],
    [['publish', 'a', 'b'], 'publish takes one folder.'],
    [['publish', 'a'], 'Say with --url where the gateway finds the subgraph.'],
    [['publish', 'a', '--url', 'here'], '--url takes a URL such as http://127.0.0.1:4000, not here.'],
    [['publish', 'a', '--key', 'mg_test_key'], "Unknown option '--key'"],
  ])('%j ends with the usage and exit code 2', async (args, message) => {
    const { code, stderr } = await command(args, {})
    expect(code).toBe(2)
    expect(stderr.startsWith(message)).toBe(true)
    expect(stderr).toContain('usage: modelgraph publish <folder> --url <url> [options]')
  })

  it('--help prints the usage', async () => {
    const { code, stdout } = await command(['--help'], {})
    expect([code, stdout.startsWith('usage: modelgraph publish')]).toEqual([0, true])
  })

  it('a wrong setting is one sentence', async () => {
    const { code, stderr } = await publish('http://127.0.0.1:1', [], { MODELGRAPH_GATEWAY: 'ftp://x' })
    expect([code, stderr]).toEqual([
      1,
      'The setting MODELGRAPH_GATEWAY is wrong: expected the URL of the gateway, such as http://127.0.0.1:4000.\n',
    ])
  })
})

function publish(gateway: string, more: readonly string[] = [], env: Record<string, string> = { MODELGRAPH_KEY: KEY }) {
  const described = join(folder, 'described.json')
  return command(
    ['publish', folder, '--url', SUBGRAPH_URL, '--gateway', gateway, '--describe', described, ...more],
    env,
  )
}

async function command(args: readonly string[], env: Record<string, string>) {
  const child = spawn(process.execPath, [join(PROJECT_ROOT, 'dist/cli/main.js'), ...args], {
    env: { PATH: process.env.PATH, ...env },
  })
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { code: code as number, stdout, stderr }
}

const servers: Server[] = []
afterAll(() => {
  for (const server of servers) server.close()
})

/** A gateway that answers what `answer` says to the name of an operation or to `PUT /path`, and remembers all of it. */
async function gatewayThat(answer: (asked: string) => string) {
  const asked: [string, unknown][] = []
  const keys = new Set<string | undefined>()
  const server = createServer(async (request, response) => {
    const [what, content] = await read(request)
    asked.push([what, content])
    keys.add(request.headers.authorization)
    response.statusCode = what.startsWith('PUT') && answer(what).includes('errors') ? 403 : 200
    response.end(answer(what))
  })
  servers.push(server.listen(0, '127.0.0.1'))
  await once(server, 'listening')
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, keys }
}

async function read(request: IncomingMessage): Promise<[string, unknown]> {
  const body = await text(request)
  if (request.method === 'PUT') return [`PUT ${request.url}`, body]
  const { operationName, variables } = JSON.parse(body) as { operationName: string; variables: unknown }
  return [operationName, variables]
}

function accepts(asked: string, { isNew } = { isNew: true }): string {
  const findings = isNew ? [{ code: 'NOTE', message: 'The field a is new.' }] : []
  const answers: Readonly<Record<string, object>> = {
    PublishModelVersion: { publishModelVersion: { version: {}, created: isNew, findings: [] } },
    PublishSubgraph: { publishSubgraph: { accepted: true, changed: isNew, supergraphVersion: 3, findings } },
  }
  return JSON.stringify({ data: answers[asked] ?? { done: true } })
}

function refusal(code: string, message: string): string {
  return JSON.stringify({ data: null, errors: [{ message, extensions: { code } }] })
}

function write(path: string, content: unknown): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(
    join(folder, path),
    typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content),
  )
}

const CONTRACT = { format: 1, model: 'fraud-detector' }

const CARD = {
  format: 1,
  model: 'fraud-detector',
  version: 1,
  summary: 'Synthetic payments.',
  dataset: { name: 'd', description: 'd', rows: 1, sha256: SHA256, synthetic: true, source: 's' },
  split: { method: 'm', seed: 1, trainRows: 1, heldOutRows: 1 },
  training: {
    algorithm: 'a',
    hyperparameters: {},
    frameworks: {},
    script: 's',
    trainedAt: '2026-01-01T00:00:00Z',
  },
  metrics: [{ name: 'auc', value: 1, split: 'heldOut' }],
  limitations: ['l'],
  goldenRows: [1, 2, 3].map((a) => ({ input: { a }, output: { a } })),
}
