import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Network, startNetwork } from '../../deploy/launcher/network.js'

/** Free ports for every process, so that a developer's own network may run beside the tests. */
const ANY_PORTS = { PORT: 0, REGISTRY_PORT: 0, PATIENTS_PORT: 0, DIAGNOSTICS_PORT: 0, VISION_PORT: 0, FRAUD_PORT: 0 }

/** The whole graph in real processes on a data folder of its own, which `stop` removes. */
export async function startTestNetwork(settings: Readonly<Record<string, string>> = {}): Promise<Network> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'modelgraph-'))
  const remove = () => rmSync(dataFolder, { recursive: true, force: true })
  try {
    const options = { dataFolder, ports: ANY_PORTS, settings: { LOG_LEVEL: 'error', ...settings } }
    const network = await startNetwork(options)
    return { ...network, stop: () => network.stop().finally(remove) }
  } catch (error) {
    remove()
    throw error
  }
}
