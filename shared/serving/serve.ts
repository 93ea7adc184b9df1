import { runProcess } from '../process/run.js'
import { readServingConfig } from './config.js'
import { describeSubgraph } from './describe.js'
import { startSubgraph } from './start.js'
import type { Subgraph } from './subgraph.js'

/**
 * The whole main file of a team: serves the subgraph until the process is told to stop. With `--describe` it prints
 * `{name, sdl, contracts}` as JSON instead, and needs no settings for that.
 */
export async function serveSubgraph(subgraph: Subgraph): Promise<void> {
  if (!process.argv.includes('--describe')) {
    return runProcess(subgraph.name, async () => startSubgraph(subgraph, readServingConfig()))
  }
  const description = await describeSubgraph(subgraph)
  process.stdout.write(`${JSON.stringify(description, undefined, 2)}\n`)
}
