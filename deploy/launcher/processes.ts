import { join } from 'node:path'
import { PROJECT_ROOT } from '../../shared/process/project-root.js'
import type { DataFolder } from './data-folder.js'
import { DEV_KEYS_FILE } from './dev-keys.js'
import type { ProcessSpec } from './supervised-process.js'

/** The reference teams' subgraphs. */
export const SUBGRAPHS = ['patients', 'diagnostics', 'vision', 'fraud'] as const

export type SubgraphName = (typeof SUBGRAPHS)[number]

/** The port of each process by the name of its setting; 0 for any free one. */
export interface Ports {
  readonly PORT: number
  readonly REGISTRY_PORT: number
  readonly PATIENTS_PORT: number
  readonly DIAGNOSTICS_PORT: number
  readonly VISION_PORT: number
  readonly FRAUD_PORT: number
}

/** What the processes of one network have in common. */
export interface Wiring {
  readonly folder: DataFolder
  readonly secret: string
  readonly ports: Ports
  /** Settings that every process may see, as they were given to the launcher. */
  readonly settings: Readonly<Record<string, string>>
  /** Settings that only the registry may see. */
  readonly registrySettings: Readonly<Record<string, string>>
}

export interface MeshedWiring extends Wiring {
  readonly registryUrl: string
}

export function registrySpec(wiring: Wiring): ProcessSpec {
  return spec('registry', 'subgraphs/registry', wiring.ports.REGISTRY_PORT, wiring, {
    ...wiring.registrySettings,
    MODELGRAPH_DEV_KEYS: wiring.folder.within(DEV_KEYS_FILE),
  })
}

export function subgraphSpec(name: SubgraphName, wiring: MeshedWiring): ProcessSpec {
  const port = wiring.ports[`${name.toUpperCase() as Uppercase<SubgraphName>}_PORT`]
  return spec(name, `subgraphs/${name}`, port, wiring, { MODELGRAPH_REGISTRY_URL: wiring.registryUrl })
}

export function gatewaySpec(wiring: MeshedWiring): ProcessSpec {
  return spec('gateway', 'gateway', wiring.ports.PORT, wiring, { MODELGRAPH_REGISTRY_URL: wiring.registryUrl })
}

function spec(
  name: string,
  room: string,
  port: number,
  { folder, secret, settings }: Wiring,
  own: Readonly<Record<string, string>>,
): ProcessSpec {
  return {
    name,
    script: join(PROJECT_ROOT, 'dist', room, 'main.js'),
    log: folder.within('logs', `${name}.log`),
    port,
    env: (current) => ({
      NODE_ENV: 'production',
      ...settings,
      HOST: '127.0.0.1',
      PORT: String(current),
      MODELGRAPH_DATA: folder.within(name),
      MODELGRAPH_MESH_SECRET: secret,
      ...own,
    }),
  }
}
