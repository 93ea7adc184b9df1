import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Network } from '../../deploy/launcher/network.js'
import { IDENTITY_HEADER } from '../../shared/identity/claims.js'
import { signIdentity } from '../../shared/identity/signing.js'
import { withChildren } from '../cpu.js'
import { closedLoop } from '../load/closed-loop.js'
import { postRequest } from '../load/connection.js'
import type { MeasuredProcess } from '../process.js'
import { type Measurements, measurements } from '../records.js'
import type { Subject } from '../series.js'

const ROW = 'query Row($input: MassMeasurements!) { malignancyRisk(input: $input, at: "2") { probability } }'
const ROWS =
  'query Rows($inputs: [MassMeasurements!]!) { malignancyRiskMany(inputs: $inputs, at: "1") { ... on MalignancyRisk { probability } } }'
const COLUMNS =
  'query Columns($input: MassMeasurementsColumns!) { malignancyRiskColumns(input: $input, at: "1") { probability } }'

/** The same version of the same model behind each door: the bare script, the subgraph alone, the gateway. */
export function httpSubjects(network: Network, bare: MeasuredProcess): Subject[] {
  const records = measurements()
  const rows = records.map((input) => graphqlBody(ROW, { input }))
  return [1, 32].flatMap((concurrency) => [
    bareSubject(bare, records, concurrency),
    subgraphSubject(network, rows, concurrency),
    gatewaySubject(network, 'gateway', rows, concurrency),
  ])
}

/** The same subgraph, recording what it answers and not; the ratio is what the prediction log leaves of the throughput. */
export function logSubjects({ on, off }: { readonly on: Network; readonly off: Network }): Subject[] {
  const rows = measurements().map((input) => graphqlBody(ROW, { input }))
  const named = (name: string, network: Network): Subject => ({
    ...subgraphSubject(network, rows, 32),
    name,
    reference: 'log-off',
    besidePids: withChildren(processOf(network, 'registry').pid),
  })
  return [named('log-off', off), named('log-on', on)]
}

/** A thousand rows in one request through the gateway, as typed rows and as columns; counted in rows. */
export function bulkSubjects(network: Network): Subject[] {
  const records = measurements()
  const thousand = Array.from({ length: 1_000 }, (_, row) => records[row % records.length]!)
  const columns = Object.fromEntries(Object.keys(thousand[0]!).map((name) => [name, thousand.map((row) => row[name]!)]))
  const bulk = (name: string, body: Buffer): Subject => ({
    ...gatewaySubject(network, name, [body], 2),
    rowsPerOperation: 1_000,
    reference: 'rows-1000',
  })
  return [
    bulk('rows-1000', graphqlBody(ROWS, { inputs: thousand })),
    bulk('columns-1000', graphqlBody(COLUMNS, { input: columns })),
  ]
}

function bareSubject(bare: MeasuredProcess, records: readonly Measurements[], concurrency: number): Subject {
  const requests = records.map((record) => postRequest(bare.url, {}, Buffer.from(JSON.stringify(record))))
  return subject('bare', concurrency, [bare.pid], () => ({ url: bare.url, requests }))
}

/** Identities live for seconds, so the requests of a sample are signed right before it. */
function subgraphSubject(network: Network, bodies: readonly Buffer[], concurrency: number): Subject {
  const secret = readFileSync(join(network.dataFolder, 'mesh-secret'), 'utf8').trim()
  const { pid, url } = processOf(network, 'diagnostics')
  const target = new URL('/graphql', url)
  const identity = {
    subject: 'client:bench',
    client: 'bench',
    scopes: ['predict:malignancy-risk'],
    environment: 'test',
  }
  const signed = (body: Buffer) => signIdentity(identity, { audience: 'diagnostics', body, now: Date.now() }, secret)
  return subject('subgraph', concurrency, [pid], () => ({
    url: target,
    requests: bodies.map((body) => postRequest(target, { [IDENTITY_HEADER]: signed(body) }, body)),
  }))
}

function gatewaySubject(network: Network, name: string, bodies: readonly Buffer[], concurrency: number): Subject {
  const url = new URL('/graphql', network.gatewayUrl)
  const headers = { authorization: `Bearer ${network.keys.app}` }
  const requests = bodies.map((body) => postRequest(url, headers, body))
  const pids = ['gateway', 'diagnostics'].map((process) => processOf(network, process).pid)
  return subject(name, concurrency, pids, () => ({ url, requests }))
}

function subject(
  name: string,
  concurrency: number,
  pids: readonly number[],
  target: () => { url: URL; requests: readonly Buffer[] },
): Subject {
  const accept = (body: Buffer) => body.includes('"probability') && !body.includes('"errors"')
  const sample = (milliseconds: number) => closedLoop({ ...target(), concurrency, milliseconds, accept })
  return { name, concurrency, rowsPerOperation: 1, reference: 'bare', pids, sample }
}

function processOf(network: Network, name: string): { pid: number; url: string } {
  const found = network.processes.find((process) => process.name === name)
  if (!found?.pid) throw new Error(`The ${name} process is not running.`)
  return { pid: found.pid, url: found.url }
}

function graphqlBody(query: string, variables: Readonly<Record<string, unknown>>): Buffer {
  return Buffer.from(JSON.stringify({ query, variables }))
}
