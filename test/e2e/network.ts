import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Network, startNetwork } from '../../deploy/launcher/network.js'
import { type Ask, graphClient } from './client.js'
import { Collector } from './collector.js'

/** Free ports for every process, so that a developer's own network may run beside the tests. */
export const ANY_PORTS = {
  PORT: 0,
  REGISTRY_PORT: 0,
  PATIENTS_PORT: 0,
  DIAGNOSTICS_PORT: 0,
  VISION_PORT: 0,
  FRAUD_PORT: 0,
}

/** Rollouts are looked after often; a busy machine may take long to answer. */
const SETTINGS = {
  LOG_LEVEL: 'error',
  MODELGRAPH_ROLLOUT_TICK_MS: '100',
  MODELGRAPH_MAX_LOOP_DELAY_MS: '60000',
  MODELGRAPH_DEADLINE_MS: '30000',
  MODELGRAPH_SUBGRAPH_TIMEOUT_MS: '30000',
  // Traces are recorded where a client records them; none is begun here.
  OTEL_TRACES_SAMPLER_ARG: '0',
}

/** Where all processes send the spans of traces that clients record. */
export const collector = new Collector()

const dataFolder = mkdtempSync(join(tmpdir(), 'modelgraph-'))
const said: string[] = []
let running: Network | undefined

/** Starts the network of this file: the whole graph in real processes, on a data folder of its own. */
export async function startTestNetwork(): Promise<void> {
  const say = (line: string) => void said.push(line)
  await collector.start()
  const settings = { ...SETTINGS, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url }
  running = await startNetwork({ dataFolder, ports: ANY_PORTS, settings, say })
}

export async function stopTestNetwork(): Promise<void> {
  await running?.stop()
  await collector.stop()
  rmSync(dataFolder, { recursive: true, force: true })
}

/**
 * The network that all suites of this file share; a start takes as long as most suites. Each leaves it as it was: every
 * process up, the champions where they were, no rollout under way.
 */
export const network = {
  /** What the launcher has said, a line each. */
  said,
  dataFolder,
  get gatewayUrl() {
    return started().gatewayUrl
  },
  get keys() {
    return started().keys
  },
  kill: (name: string) => started().kill(name),
  restart: (name: string) => started().restart(name),
  stop: () => started().stop(),
  /** One of its processes, by name. */
  process: (name: string) => started().processes.find((process) => process.name === name)!,
}

/** Asks the graph as the application does, and as the admin. */
export const app: Ask = (query, variables) => graphClient(network.gatewayUrl, network.keys.app)(query, variables)
export const admin: Ask = (query, variables) => graphClient(network.gatewayUrl, network.keys.admin)(query, variables)

function started(): Network {
  if (!running) throw new Error('The network is not started.')
  return running
}
