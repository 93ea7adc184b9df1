import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { IDENTITY_HEADER } from '../../shared/identity/claims.js'
import { signIdentity } from '../../shared/identity/signing.js'
import { PARTS_HEADER } from '../../shared/mesh/protocol.js'
import { listen } from '../../shared/process/listen.js'
import { OPEN_TERMS } from '../testing/terms.js'
import { startTestMesh } from '../testing/test-mesh.js'
import { systemTime } from './mesh-time.js'

/**
 * CPU time of the mesh for each fetch, alone in its process: one call for each fetch against fetches of a turn together, and
 * ways to end a turn. Variants take turns; what counts are the ratios.
 * `node dist/gateway/mesh/measure.js [fetches at once] [rounds]`
 */
const SECRET = 'the mesh secret of the measurement'
const CALLER = { subject: 'client:1', client: 'shop', scopes: ['predict:risk'], environment: 'test' }
const ANSWER = JSON.stringify({ data: { fraudDetector: { probability: 0.0123, route: 'CHAMPION', latencyMs: 1.25 } } })
const QUERY = 'query Score__fraud__0($input:Payment!){fraudDetector(input:$input){probability route latencyMs}}'
const VARIABLES = JSON.stringify({ input: { amount: 42.5, merchantKind: 'GROCERY', sinceLastPayment: 3600 } })
const FETCHES = 6_000

if (process.argv[2] === 'serve') await serve()
else await measure(Number(process.argv[2] ?? 32), Number(process.argv[3] ?? 8))

async function serve(): Promise<void> {
  const server = createServer(async (request, response) => {
    const asked: unknown = JSON.parse(await text(request))
    const answers = Array.from({ length: Array.isArray(asked) ? asked.length : 1 }, () => ANSWER)
    response.setHeader(PARTS_HEADER, answers.map(({ length }) => length).join())
    response.end(Array.isArray(asked) ? `[${answers.join()}]` : ANSWER)
  })
  process.send?.(await listen(server, { host: '127.0.0.1', port: 0 }))
}

async function measure(atOnce: number, rounds: number): Promise<void> {
  const child = fork(fileURLToPath(import.meta.url), ['serve'])
  const [url] = (await once(child, 'message')) as [string]
  const variants = variantsAt(`${url}/graphql`)
  const micros = new Map<string, number[]>(Object.keys(variants).map((name) => [name, []]))
  for (let round = -1; round < rounds; round++) {
    for (const [name, fetchOnce] of Object.entries(variants)) {
      const took = await cpuMicros(fetchOnce, atOnce)
      if (round >= 0) micros.get(name)!.push(took)
    }
  }
  for (const [name, took] of micros) process.stdout.write(`${name}: ${median(took).toFixed(1)} µs of CPU a fetch\n`)
  child.kill()
  process.exit(0)
}

type FetchOnce = () => Promise<unknown>

function variantsAt(url: string): Record<string, FetchOnce> {
  const immediate = systemTime(Date.now)
  const microtask = { ...immediate, endOfTurn: (run: () => void) => queueMicrotask(run) }
  const tick = { ...immediate, endOfTurn: (run: () => void) => process.nextTick(run) }
  return {
    'undici request, parsed, signed each': plain(url),
    'mesh, one call for each fetch': mesh(url, 'mutation', immediate),
    'mesh, together at the end of the turn (setImmediate)': mesh(url, 'query', immediate),
    'mesh, together after the microtask (queueMicrotask)': mesh(url, 'query', microtask),
    'mesh, together after the tick (nextTick)': mesh(url, 'query', tick),
  }
}

function mesh(url: string, kind: 'query' | 'mutation', time: ReturnType<typeof systemTime>): FetchOnce {
  const started = startTestMesh(SECRET, { time })
  const subgraph = { name: 'fraud', url }
  const operation = { kind, query: QUERY, isShareable: false, json: JSON.stringify({ query: QUERY }).slice(1, -1) }
  return () => started.mesh.fetch({ subgraph, operation, variables: VARIABLES }, context())
}

function context() {
  const { signal } = new AbortController()
  return {
    requestId: 'measure-1',
    caller: CALLER,
    terms: OPEN_TERMS,
    deadlineAt: Date.now() + 10_000,
    signal,
    record: {},
  }
}

/** What the gateway does without a mesh. */
function plain(url: string): FetchOnce {
  const { pools } = startTestMesh(SECRET)
  const { origin, pathname: path } = new URL(url)
  return async () => {
    const body = `{${JSON.stringify({ query: QUERY }).slice(1, -1)},"variables":${VARIABLES}}`
    const identity = signIdentity(CALLER, { audience: 'fraud', body, now: Date.now() }, SECRET)
    const headers = { 'content-type': 'application/json', [IDENTITY_HEADER]: identity }
    const { signal } = new AbortController()
    const response = await pools.for(origin).request({ path, method: 'POST', headers, body, signal })
    return JSON.parse(await response.body.text())
  }
}

/** Requests of a turn come in callbacks of their own, as from sockets. */
function callback(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve))
}

async function cpuMicros(fetchOnce: FetchOnce, atOnce: number): Promise<number> {
  const before = process.cpuUsage()
  const clients = Array.from({ length: atOnce }, async () => {
    for (let n = 0; n < FETCHES / atOnce; n++) {
      await callback()
      await fetchOnce()
    }
  })
  await Promise.all(clients)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / FETCHES
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1]!
}
