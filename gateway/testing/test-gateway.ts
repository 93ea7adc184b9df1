import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { generateApiKey } from '../../shared/identity/api-key.js'
import { createLog } from '../../shared/telemetry/log.js'
import { type GatewayConfig, readGatewayConfig } from '../config.js'
import { type GatewayParts, startGateway } from '../gateway.js'
import { KEY_USES_EVERY_MS } from '../identity/start-identity.js'
import { Planner } from '../planner/planner.js'
import { NAMED_RULES } from '../policy/rules.js'
import { patientsSubgraph, riskSubgraph } from './clinic.js'
import { FakeRegistry } from './fake-registry.js'
import type { FakeSubgraph } from './fake-subgraph.js'
import { fixture } from './fake-subgraph.js'
import { keyHolder } from './key-holder.js'

export const SECRET = 'the mesh secret of the gateway tests'

/** Tells the pauses between polls for a supergraph, which the test ends, from all others. */
const POLL_MS = 500

/** One for all gateways of a test file: its thread takes a second to start. */
const PLANNER = new Planner()

export interface ClinicOptions {
  readonly config?: Partial<GatewayConfig>
  readonly rules?: Partial<GatewayParts['rules']>
  readonly houseOperations?: GatewayParts['houseOperations']
  readonly now?: () => number
  /** Publishes nothing and leaves the registry down. */
  readonly withoutRegistry?: boolean
  /** Folder of an earlier gateway. */
  readonly dataFolder?: string
}

/** A GraphQL response, and the HTTP around it. */
export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly data: Record<string, unknown> | null | undefined
  readonly errors: readonly {
    readonly message: string
    readonly path?: readonly unknown[]
    readonly extensions: Record<string, unknown>
  }[]
}

/**
 * A whole clinic on loopback: the registry, the two subgraphs of the fixtures and a gateway before them. The gateway
 * asks the registry for its supergraph when the test says `poll`.
 */
export async function startClinic(options: ClinicOptions = {}) {
  const registry = new FakeRegistry(SECRET)
  const patients = patientsSubgraph(SECRET)
  const risk = riskSubgraph(SECRET)
  await Promise.all([registry.server, patients.server, risk.server].map((server) => server.start()))
  const sdl = (name: string) => withUrls(fixture(name), [patients, risk])
  registry.publish(sdl('supergraph'))
  if (options.withoutRegistry) await registry.server.stop()
  const dataFolder = options.dataFolder ?? (await mkdtemp(join(tmpdir(), 'gateway-')))
  const polls = new Polls()
  const uses = new Polls()
  const lines: Record<string, unknown>[] = []
  const gateway = await startGateway(
    { ...testConfig(registry.server.url, dataFolder), ...options.config },
    {
      log: createLog('gateway', 'trace', { write: (line) => void lines.push(JSON.parse(line)) }),
      now: options.now ?? Date.now,
      pause: (ms, signal) => {
        if (ms === KEY_USES_EVERY_MS) return uses.pause(signal)
        return ms === POLL_MS ? polls.pause(signal) : wait(ms, undefined, { signal }).catch(() => {})
      },
      planner: PLANNER,
      random: Math.random,
      houseOperations: options.houseOperations ?? new Map(),
      rules: { named: NAMED_RULES, operator: {}, ...options.rules },
    },
  )
  const keyFor = (...scopes: string[]): string => {
    const key = generateApiKey('test')
    const client = scopes.join(' ') || 'nothing'
    const clientId = client.replaceAll(/[^A-Za-z0-9_-]/g, '-')
    registry.addKey(key, keyHolder({ clientId, client, scopes }))
    return key
  }
  const stop = async () => {
    await gateway.close()
    await Promise.all([registry.server, patients.server, risk.server].map((server) => server.stop()))
  }
  return {
    gateway,
    registry,
    patients,
    risk,
    sdl,
    dataFolder,
    lines,
    keyFor,
    stop,
    poll: () => polls.next(),
    tellUses: () => uses.next(),
  }
}

export type Clinic = Awaited<ReturnType<typeof startClinic>>

/** Asks a gateway as a client does. */
export async function ask(
  clinic: Pick<Clinic, 'gateway'>,
  key: string,
  query: string,
  variables?: Record<string, unknown>,
  operationName?: string,
): Promise<Reply> {
  const body = JSON.stringify({ query, variables, operationName })
  return send(clinic, body, { authorization: `Bearer ${key}`, 'content-type': 'application/json' })
}

/** Posts a body as it is. */
export async function send(
  { gateway }: Pick<Clinic, 'gateway'>,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string>,
): Promise<Reply> {
  const response = await fetch(`${gateway.url}/graphql`, { method: 'POST', headers, body })
  return replyOf(response)
}

export async function replyOf(response: Response): Promise<Reply> {
  const { data, errors = [] } = (await response.json()) as Partial<Reply>
  return { status: response.status, headers: response.headers, data, errors }
}

export function codes(reply: Reply): unknown[] {
  return reply.errors.map(({ extensions }) => extensions.code)
}

export function fetches({ patients, risk }: Clinic): number {
  return patients.fetches + risk.fetches
}

function testConfig(registryUrl: string, dataFolder: string): GatewayConfig {
  return readGatewayConfig({
    PORT: '0',
    MODELGRAPH_REGISTRY_URL: registryUrl,
    MODELGRAPH_MESH_SECRET: SECRET,
    MODELGRAPH_DATA: dataFolder,
    MODELGRAPH_DEADLINE_MS: '5000',
    MODELGRAPH_SUPERGRAPH_POLL_MS: String(POLL_MS),
    // The machine may be busy with other tests; what is shed is for the tests of shedding.
    MODELGRAPH_MAX_LOOP_DELAY_MS: '60000',
  })
}

function withUrls(sdl: string, subgraphs: readonly FakeSubgraph[]): string {
  return subgraphs.reduce((text, { name, server }) => text.replace(`http://${name}.invalid`, server.url), sdl)
}

/** The pauses between polls, ended by the test. */
class Polls {
  private release: (() => void) | undefined
  private paused: (() => void) | undefined

  pause(signal: AbortSignal): Promise<void> {
    this.paused?.()
    return new Promise((resolve) => {
      this.release = resolve
      signal.onabort = () => resolve()
      if (signal.aborted) resolve()
    })
  }

  /** Lets one poll happen and waits for its end. */
  next(): Promise<void> {
    const done = new Promise<void>((resolve) => {
      this.paused = resolve
    })
    this.release?.()
    return done
  }
}
