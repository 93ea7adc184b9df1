import { runProcess } from '../../shared/process/run.js'
import { describeSubgraph } from '../../shared/serving/describe.js'
import { readRegistryConfig } from './config.js'
import { subgraph } from './graph/subgraph.js'
import { startRegistry } from './start.js'

if (process.argv.includes('--describe')) {
  process.stdout.write(`${JSON.stringify(await describeSubgraph(subgraph))}\n`)
} else {
  await runProcess('registry', async () => startRegistry(readRegistryConfig()))
}
