import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { compose } from '../graph/compose.js'
import { listSubgraphSdl } from '../graph/list-query.js'
import { type MeasuredProcess, startMeasured } from '../process.js'
import { installRivals } from '../rivals/install.js'
import { startHive, startStock } from '../rivals/start.js'
import type { Subject } from '../series.js'
import type { Stage } from '../stage.js'
import { startOurs } from './gateway-alone.js'
import { closedSubject, listTarget } from './targets.js'

/** Gateways that answer some hundreds of requests a second take this long until their code is compiled, in milliseconds. */
const WARM_UP_MS = 8_000

/**
 * One list query of one subgraph through our gateway, Apollo's and Hive's. Only ours knows who calls and checks what they may:
 * the others load no supergraph that asks for it. CPU is that of the gateway alone.
 */
export async function rivalSubjects(stage: Stage, say: (line: string) => void): Promise<Subject[]> {
  const folder = await installRivals(say)
  const subgraph = await stage.keep(startMeasured('dist/bench/graph/list-subgraph.js'))
  const composed = (guarded: boolean) => {
    const url = new URL('/graphql', subgraph.url).href
    return compose([{ name: 'patients', url, sdl: listSubgraphSdl({ guarded }) }])
  }
  const open = join(stage.folder(), 'supergraph.graphql')
  writeFileSync(open, await composed(false))
  const ours = await startOurs(stage, await composed(true))
  const stock = await stage.keep(startStock(folder, open))
  const hive = await stage.keep(startHive(folder, open))
  return [
    listSubject('gateway-list', ours.url, ours.gateway, ours.headers),
    listSubject('stock-gateway', stock.url, stock),
    listSubject('hive-rust', hive.url, hive),
  ]
}

function listSubject(name: string, url: URL, { pid }: MeasuredProcess, headers: Record<string, string> = {}): Subject {
  const served = { pids: [pid], target: () => listTarget(url, headers) }
  return closedSubject({ name, concurrency: 32, reference: 'stock-gateway', warmUpMs: WARM_UP_MS }, served)
}
