import type { Readable } from 'node:stream'
import { Pool } from 'undici'
import type { z } from 'zod'
import { ModelgraphError } from '../errors/modelgraph-error.js'
import {
  type Acknowledgement,
  CONTROL,
  type Deployments,
  type Environment,
  type KeyHolder,
  type KeyQuery,
  type KeysUsed,
  type PredictionsReceipt,
  type QuotaUsed,
} from './protocol.js'
import { type QuotaKnown, quotasKnownSchema } from './quota-known.js'
import { type RegisteredClient, registeredClientSchema } from './registered-client.js'
import type { ReplicaReport, Replicas } from './replicas.js'
import { type ControlRequest, type Signer, sendToRegistry, unavailable } from './request.js'
import { deploymentsSchema, keyHolderSchema, predictionsReceiptSchema, replicasSchema } from './schema.js'
import type { UsageReport } from './usage.js'

export interface ControlClientOptions extends Omit<Signer, 'timeoutMs'> {
  /** Where the registry listens, e.g. `http://127.0.0.1:4001`. */
  readonly url: string
  readonly environment: Environment
  /** How long an answer may take, beside what a long poll waits, in milliseconds (default 5,000). */
  readonly timeoutMs?: number
}

export interface Supergraph {
  readonly sdl: string
  readonly version: number
  readonly etag: string
}

export interface PollOptions {
  /** ETag of what the caller has already. */
  readonly etag?: string | undefined
  /** How long the registry may hold its answer back until something changes, in milliseconds. */
  readonly waitMs?: number
  readonly signal?: AbortSignal
}

/** Answer of a poll when nothing has changed since its ETag. */
export type Unchanged = 'unchanged'

export interface PolledDeployments {
  readonly deployments: Deployments
  readonly etag: string
}

export interface PolledReplicas {
  readonly replicas: Replicas
  readonly etag: string
}

/**
 * The registry's control plane as our own processes see it. Everything fails with `REGISTRY_UNAVAILABLE` when the
 * registry does not answer in time, or answers what it should not.
 */
export interface ControlClient {
  /** The current supergraph; undefined before the first. */
  supergraph(poll?: PollOptions): Promise<Supergraph | Unchanged | undefined>
  /**
   * The client behind the key with this sha-256 (lower-case hex); undefined when nobody is. Answers `known`, the same
   * object, when nothing has changed since.
   */
  verifyKey(hash: string, known?: KeyHolder): Promise<KeyHolder | undefined>
  /** The client with this name; undefined when there is none. */
  registeredClient(name: string): Promise<RegisteredClient | undefined>
  /** The text of a safelisted operation; undefined when the registry has none with this sha-256. */
  operation(sha256: string): Promise<string | undefined>
  /** Tells the registry which keys were used. */
  keysUsed(used: Omit<KeysUsed, 'environment'>): Promise<void>
  /** Tells the registry how much of their quotas clients have used, and answers what it knows of them. */
  quotaUsed(used: Omit<QuotaUsed, 'environment'>): Promise<readonly QuotaKnown[]>
  /** Tells the registry what this gateway has counted; `refused` when it takes no such report, now or later. */
  usage(report: Omit<UsageReport, 'environment'>): Promise<'counted' | 'refused'>
  /** What these models should have loaded. */
  deployments(models: readonly string[], poll?: PollOptions): Promise<PolledDeployments | Unchanged>
  /** Tells the registry what this replica has loaded. */
  acknowledge(acknowledgement: Omit<Acknowledgement, 'environment'>, signal?: AbortSignal): Promise<void>
  /** Where the replicas of all subgraphs can be asked. */
  replicas(poll?: PollOptions): Promise<PolledReplicas | Unchanged>
  /** Tells the registry where this replica can be asked. */
  reportReplica(report: Omit<ReplicaReport, 'environment'>, signal?: AbortSignal): Promise<void>
  /** The bytes of an artifact, unchecked; `NOT_FOUND` when the registry has none. Read it to the end or destroy it. */
  artifact(sha256: string, signal?: AbortSignal): Promise<Readable>
  /** Stores chunks of recorded predictions, frame after frame; `refused` when the registry takes no such body, now or later. */
  predictions(frames: Buffer, signal?: AbortSignal): Promise<PredictionsReceipt | 'refused'>
  close(): Promise<void>
}

export function createControlClient({
  url,
  environment,
  timeoutMs = 5_000,
  ...rest
}: ControlClientOptions): ControlClient {
  const pool = new Pool(url, { connections: 32 })
  const send: Send = (request) => sendToRegistry(pool, request, { ...rest, environment, timeoutMs })
  return {
    supergraph: (poll = {}) => supergraph(send, environment, poll),
    verifyKey: (hash, known) => verifyKey(send, { hash, environment }, known),
    registeredClient: (name) => registeredClient(send, environment, name),
    operation: (sha256) => operation(send, sha256),
    keysUsed: (used) => tell(send, CONTROL.keysUsed, { ...used, environment }),
    quotaUsed: (used) => quotaUsed(send, { ...used, environment }),
    usage: (report) => usage(send, { ...report, environment }),
    deployments: (models, poll = {}) => deployments(send, environment, models, poll),
    acknowledge: (given, signal) => tell(send, CONTROL.acknowledgements, { ...given, environment }, signal),
    replicas: (poll = {}) => replicas(send, environment, poll),
    reportReplica: (given, signal) => tell(send, CONTROL.replicas, { ...given, environment }, signal),
    artifact: (sha256, signal) => artifact(send, sha256, signal),
    predictions: (frames, signal) => predictions(send, frames, signal),
    close: () => pool.destroy(),
  }
}

type Send = (request: ControlRequest) => ReturnType<typeof sendToRegistry>

async function supergraph(
  send: Send,
  environment: Environment,
  poll: PollOptions,
): Promise<Supergraph | Unchanged | undefined> {
  const response = await send({ path: CONTROL.supergraph, query: { environment, ...waitOf(poll) }, ...poll })
  const sdl = await response.body.text()
  if (response.statusCode === 304) return 'unchanged'
  if (response.statusCode === 404) return undefined
  const etag = header(response, 'etag')
  return { sdl, etag, version: Number(header(response, 'x-supergraph-version')) }
}

async function verifyKey(send: Send, query: KeyQuery, known?: KeyHolder): Promise<KeyHolder | undefined> {
  const response = await send({ path: CONTROL.verifyKey, method: 'POST', json: query, etag: known?.revision })
  const text = await response.body.text()
  if (response.statusCode === 304) return known
  return response.statusCode === 200 ? read(keyHolderSchema, text) : undefined
}

async function registeredClient(
  send: Send,
  environment: Environment,
  name: string,
): Promise<RegisteredClient | undefined> {
  const response = await send({ path: CONTROL.clients, query: { environment, name } })
  const text = await response.body.text()
  return response.statusCode === 200 ? read(registeredClientSchema, text) : undefined
}

async function operation(send: Send, sha256: string): Promise<string | undefined> {
  const response = await send({ path: `${CONTROL.operations}/${sha256}` })
  const text = await response.body.text()
  return response.statusCode === 200 ? text : undefined
}

type Told = KeysUsed | Acknowledgement | ReplicaReport

async function tell(send: Send, path: string, json: Told, signal?: AbortSignal): Promise<void> {
  const response = await send({ path, method: 'POST', json, signal })
  await response.body.dump()
  if (response.statusCode !== 200) throw unavailable(`does not take ${path} yet`)
}

async function quotaUsed(send: Send, json: QuotaUsed): Promise<readonly QuotaKnown[]> {
  const response = await send({ path: CONTROL.quotaUsed, method: 'POST', json })
  const text = await response.body.text()
  if (response.statusCode !== 200) throw unavailable(`does not take ${CONTROL.quotaUsed} yet`)
  return read(quotasKnownSchema, text).clients
}

async function deployments(
  send: Send,
  environment: Environment,
  models: readonly string[],
  poll: PollOptions,
): Promise<PolledDeployments | Unchanged> {
  const query = { environment, models: models.join(','), ...waitOf(poll) }
  const response = await send({ path: CONTROL.deployments, query, ...poll })
  const text = await response.body.text()
  if (response.statusCode === 304) return 'unchanged'
  return { deployments: read(deploymentsSchema, text), etag: header(response, 'etag') }
}

async function replicas(send: Send, environment: Environment, poll: PollOptions): Promise<PolledReplicas | Unchanged> {
  const response = await send({ path: CONTROL.replicas, query: { environment, ...waitOf(poll) }, ...poll })
  const text = await response.body.text()
  if (response.statusCode === 304) return 'unchanged'
  if (response.statusCode === 404) throw unavailable('knows no replicas yet')
  return { replicas: read(replicasSchema, text), etag: header(response, 'etag') }
}

async function artifact(send: Send, sha256: string, signal?: AbortSignal): Promise<Readable> {
  const response = await send({ path: `${CONTROL.artifacts}/${sha256}`, signal })
  if (response.statusCode === 200) return response.body
  await response.body.dump()
  throw new ModelgraphError('NOT_FOUND', `The registry has no artifact ${sha256}.`, { sha256 })
}

/** Malformed, forbidden, too large. */
const REFUSED = [400, 403, 413]

async function predictions(send: Send, bytes: Buffer, signal?: AbortSignal): Promise<PredictionsReceipt | 'refused'> {
  const response = await send({ path: CONTROL.predictions, method: 'POST', bytes, expects: REFUSED, signal })
  const text = await response.body.text()
  if (REFUSED.includes(response.statusCode)) return 'refused'
  if (response.statusCode === 404) throw unavailable('does not take predictions yet')
  return read(predictionsReceiptSchema, text)
}

async function usage(send: Send, report: UsageReport): Promise<'counted' | 'refused'> {
  const response = await send({ path: CONTROL.usage, method: 'POST', json: report, expects: REFUSED })
  await response.body.dump()
  if (response.statusCode === 404) throw unavailable('does not take usage yet')
  return response.statusCode === 200 ? 'counted' : 'refused'
}

function waitOf({ waitMs }: PollOptions): Record<string, string> {
  return waitMs === undefined ? {} : { wait: String(waitMs) }
}

function header(response: Awaited<ReturnType<Send>>, name: string): string {
  const value = response.headers[name]
  if (typeof value !== 'string') throw unavailable(`sent no ${name}`)
  return value
}

function read<Schema extends z.ZodType>(schema: Schema, text: string): z.infer<Schema> {
  try {
    return schema.parse(JSON.parse(text))
  } catch (error) {
    throw unavailable('answered what this process does not understand', error)
  }
}
