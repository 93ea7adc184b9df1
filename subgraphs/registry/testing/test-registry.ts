import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ControlClient, createControlClient } from '../../../shared/control/client.js'
import { REGISTRY } from '../../../shared/control/protocol.js'
import { IDENTITY_HEADER, type Identity } from '../../../shared/identity/claims.js'
import { signIdentity } from '../../../shared/identity/signing.js'
import type { Running } from '../../../shared/process/run.js'
import { type RegistryConfig, testMongodbUri } from '../config.js'
import { type Database, openDatabase } from '../database/database.js'
import { TrialBench } from '../publishing/trial-bench.js'
import { Composer } from '../schemas/composer.js'
import { startRegistry } from '../start.js'
import { socketPathOf, uriOf } from '../store/socket-path.js'
import type { ArtifactFile } from './payment-risk.js'

export const SECRET = 'a secret of the mesh that is long enough'

/** What registries one after another may share: to load it takes longer than most tests. */
const SHARED = { composer: new Composer(), trials: new TrialBench() }

/** The answer of a GraphQL request. */
export interface GraphqlAnswer {
  // biome-ignore lint/suspicious/noExplicitAny: tests read what they asked for
  readonly data: any
  readonly errors?: readonly { readonly message: string; readonly extensions: { readonly code: string } }[]
}

/** A registry in this process on a folder of its own (and, when MONGODB_URI is set, a database of its own). */
export class TestRegistry {
  /** Commands sent to the database since the start. */
  readonly commands: string[] = []
  #running: Running | undefined

  private constructor(readonly config: RegistryConfig) {}

  static async start(options: Partial<RegistryConfig> = {}): Promise<TestRegistry> {
    const dataFolder = await mkdtemp(join(tmpdir(), 'modelgraph-registry-'))
    const registry = new TestRegistry({ ...configOf(dataFolder), ...options })
    await registry.open()
    return registry
  }

  /** Works on the database behind the registry's back. */
  async withDatabase(work: (database: Database) => Promise<unknown>): Promise<void> {
    const database = await openDatabase(this.#databaseUri)
    await work(database).finally(() => database.connection.close())
  }

  /** Another registry on the same database and folder. Close it before this one. */
  async replica(): Promise<TestRegistry> {
    const replica = new TestRegistry({ ...this.config, mongodbUri: this.#databaseUri })
    await replica.open()
    return replica
  }

  get #databaseUri(): string {
    return this.config.mongodbUri ?? uriOf(socketPathOf(join(this.config.dataFolder, 'store')))
  }

  get url(): string {
    return this.#running!.url
  }

  async open(): Promise<void> {
    this.#running = await startRegistry(this.config, { ...SHARED, onCommand: (name) => this.commands.push(name) })
  }

  /** Stops the process's part, keeps what is stored. */
  async close(): Promise<void> {
    await this.#running?.close()
    this.#running = undefined
  }

  async remove(): Promise<void> {
    await this.close()
    if (testMongodbUri()) await this.withDatabase(async ({ connection }) => connection.dropDatabase())
    await rm(this.config.dataFolder, { recursive: true, force: true })
  }

  /** Asks as a client with these scopes. */
  ask(scopes: readonly string[], query: string, variables: object = {}): Promise<GraphqlAnswer> {
    return this.askAs(clientWith(scopes), query, variables)
  }

  async askAs(identity: Identity, query: string, variables: object = {}): Promise<GraphqlAnswer> {
    const body = JSON.stringify({ query, variables })
    const headers = { 'content-type': 'application/json', [IDENTITY_HEADER]: this.sign(identity, body) }
    const response = await fetch(new URL('/graphql', this.url), { method: 'POST', headers, body })
    return (await response.json()) as GraphqlAnswer
  }

  /** Uploads bytes under a sha-256, theirs unless another is given. */
  upload({ bytes, sha256 }: ArtifactFile, scopes: readonly string[] = ['publish:payments']): Promise<Response> {
    const headers = { [IDENTITY_HEADER]: this.sign(clientWith(scopes), sha256) }
    return fetch(new URL(`/artifacts/${sha256}`, this.url), { method: 'PUT', headers, body: new Uint8Array(bytes) })
  }

  sign(identity: Identity, body: string, audience: string = REGISTRY): string {
    return signIdentity(identity, { audience, body, now: Date.now() }, SECRET)
  }

  control(secret: string = SECRET): ControlClient {
    return createControlClient({ url: this.url, secret, service: 'gateway', environment: 'test', now: Date.now })
  }
}

export function clientWith(scopes: readonly string[]): Identity {
  return { subject: 'client:1', client: 'tester', scopes, environment: 'test' }
}

function configOf(dataFolder: string): RegistryConfig {
  const server = testMongodbUri()
  return {
    port: 0,
    host: '127.0.0.1',
    meshSecret: SECRET,
    dataFolder,
    environment: 'test',
    mongodbUri: server && onDatabase(server, `registry-${randomUUID()}`),
    publicUrl: 'http://registry.test:4001',
    devKeys: undefined,
    artifactLimitBytes: 1_000_000,
    bodyLimitBytes: 5_000_000,
    databasePollMs: 50,
    rolloutTickMs: 600_000,
    predictionDays: 30,
    logLevel: 'silent',
  }
}

function onDatabase(uri: string, name: string): string {
  const url = new URL(uri)
  url.pathname = `/${name}`
  return url.href
}
