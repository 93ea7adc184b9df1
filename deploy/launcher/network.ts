import { mkdirSync } from 'node:fs'
import { type Clock, systemClock } from './clock.js'
import { type DataFolder, openDataFolder } from './data-folder.js'
import { type DevKeys, devKeys, meshSecret } from './dev-keys.js'
import { Fleet } from './fleet.js'
import { requireFreePorts } from './free-port.js'
import { occupy } from './occupancy.js'
import { type Ports, SUBGRAPHS } from './processes.js'
import { publishReference } from './publish-reference.js'
import { untilReady } from './readiness.js'
import type { SupervisedProcess } from './supervised-process.js'

export interface NetworkOptions {
  readonly dataFolder: string
  readonly ports: Ports
  /** Settings every process may see, and those only the registry may (`MONGODB_URI`). */
  readonly settings?: Readonly<Record<string, string>>
  readonly registrySettings?: Readonly<Record<string, string>>
  /** Takes progress, a line each. */
  readonly say?: (line: string) => void
  /** Gives the start up: everything started so far is stopped. */
  readonly signal?: AbortSignal
  readonly clock?: Clock
  /** How long a process may take to start (default 60,000 ms) and to stop (default 10,000 ms). */
  readonly startMs?: number
  readonly stopMs?: number
}

/** The whole graph on one machine: a process each for registry, subgraphs and gateway. */
export interface Network {
  readonly gatewayUrl: string
  readonly keys: DevKeys
  readonly dataFolder: string
  readonly processes: readonly SupervisedProcess[]
  /** Stops everything: the gateway first, the registry last. */
  stop(): Promise<void>
  /** Kills a process where it stands; it stays down until it is restarted. */
  kill(name: string): Promise<void>
  /** Starts a process again, on the port it had. */
  restart(name: string): Promise<void>
}

/**
 * Starts every process, publishes the reference teams, and resolves when the graph answers. Rejects with a StartFailure,
 * whose message says what to do; nothing is left running then.
 */
export async function startNetwork(options: NetworkOptions): Promise<Network> {
  const folder = openDataFolder(options.dataFolder)
  const occupancy = await occupy(folder.path)
  const fleet = new Fleet(supervisionOf(options))
  const stop = () => fleet.stop().then(() => occupancy.release())
  options.signal?.addEventListener('abort', () => void fleet.stop(), { once: true })
  try {
    return { ...(await bringUp(fleet, folder, options)), stop }
  } catch (cause) {
    await stop()
    throw cause
  }
}

async function bringUp(fleet: Fleet, folder: DataFolder, options: NetworkOptions): Promise<Omit<Network, 'stop'>> {
  const { ports, settings = {}, registrySettings = {}, clock = systemClock, say = () => {} } = options
  await requireFreePorts(ports)
  mkdirSync(folder.within('logs'), { recursive: true, mode: 0o700 })
  const keys = devKeys(folder)
  await fleet.start({ folder, secret: meshSecret(folder), ports, settings, registrySettings })
  const gatewayUrl = fleet.named('gateway').url
  const subgraphs = SUBGRAPHS.map((name) => ({ name, url: fleet.named(name).url }))
  const supergraph = await publishReference({ gatewayUrl, keys, subgraphs, say })
  const awaited = fleet.processes.map(({ name, url }) => ({ name, url, ...(name === 'gateway' ? { supergraph } : {}) }))
  await untilReady(awaited, { clock, signal: options.signal, limitMs: 60_000 })
  return {
    gatewayUrl,
    keys,
    dataFolder: folder.path,
    processes: fleet.processes,
    kill: (name) => fleet.named(name).kill(),
    restart: (name) => fleet.named(name).start(),
  }
}

function supervisionOf({ clock = systemClock, say = () => {}, startMs = 60_000, stopMs = 10_000 }: NetworkOptions) {
  return { clock, say, startMs, stopMs }
}
