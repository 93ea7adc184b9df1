import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Network } from '../../deploy/launcher/network.js'
import { LIST_QUERY, LIST_ROWS } from '../graph/list-query.js'
import { closedLoop, type Target } from '../load/closed-loop.js'
import { postRequest } from '../load/connection.js'
import type { MeasuredProcess } from '../process.js'
import type { Subject } from '../series.js'

/** What answers, and the processes whose CPU time that takes. */
export interface Served {
  readonly pids: readonly number[]
  /** Made for each sample, for identities live for seconds only. */
  readonly target: () => Target
}

/** What a subject is called and compared with. */
export type Named = Pick<Subject, 'name' | 'concurrency' | 'reference'> & Partial<Subject>

/** Callers that ask again when they are answered. */
export function closedSubject(named: Named, { pids, target }: Served): Subject {
  const { concurrency } = named
  const sample = (milliseconds: number) => closedLoop(target(), { concurrency, milliseconds })
  return { rowsPerOperation: 1, pids, ownLoad: true, sample, ...named }
}

/** `bodies` posted to a path of the bare script. */
export function atBare(bare: MeasuredProcess, path: string, bodies: readonly Buffer[]): Served {
  const url = new URL(path, bare.url)
  const requests = bodies.map((body) => postRequest(url, {}, body))
  return { pids: [bare.pid], target: () => ({ url, requests, accept }) }
}

/** `bodies` posted to the gateway with an application's key; the subgraph that answers them is counted in. */
export function atGateway(network: Network, bodies: readonly Buffer[], subgraph = 'diagnostics'): Served {
  const url = new URL('/graphql', network.gatewayUrl)
  const requests = bodies.map((body) => postRequest(url, { authorization: `Bearer ${network.keys.app}` }, body))
  const pids = ['gateway', subgraph].map((name) => processOf(network, name).pid)
  return { pids, target: () => ({ url, requests, accept }) }
}

/** The list query of the stub subgraph. */
export function listTarget(url: URL, headers: Readonly<Record<string, string>>): Target {
  const requests = [postRequest(url, headers, graphqlBody(LIST_QUERY, { first: LIST_ROWS }))]
  const accept = (body: Buffer, status: number) =>
    status === 200 && body.includes('"diagnosis"') && !body.includes('"errors"')
  return { url, requests, accept }
}

export function processOf(network: Network, name: string): { pid: number; url: string } {
  const found = network.processes.find((process) => process.name === name)
  if (!found?.pid) throw new Error(`The ${name} process is not running.`)
  return { pid: found.pid, url: found.url }
}

/** The secret with which the processes of this graph sign. */
export function meshSecretOf({ dataFolder }: Network): string {
  return readFileSync(join(dataFolder, 'mesh-secret'), 'utf8').trim()
}

export function graphqlBody(query: string, variables: Readonly<Record<string, unknown>>): Buffer {
  return Buffer.from(JSON.stringify({ query, variables }))
}

/** A prediction, and no error. */
export function accept(body: Buffer, status: number): boolean {
  return status === 200 && body.includes('"probability') && !body.includes('"errors"')
}
