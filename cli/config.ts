import { z } from 'zod'
import { readConfig } from '../shared/config/read.js'

const settings = z.object({
  MODELGRAPH_KEY: z.string().optional(),
  MODELGRAPH_GATEWAY: z
    .url({ protocol: /^https?$/, error: 'expected the URL of the gateway, such as http://127.0.0.1:4000' })
    .default('http://127.0.0.1:4000'),
})

/** What the command can be told by its environment; a key never is an argument, where other users could read it. */
export interface CliConfig {
  readonly key: string | undefined
  readonly gatewayUrl: string
}

/** Reads the settings. Throws `ConfigError`, one sentence, for a wrong one. */
export function readCliConfig(env: NodeJS.ProcessEnv = process.env): CliConfig {
  const given = readConfig(settings, env)
  return { key: given.MODELGRAPH_KEY, gatewayUrl: given.MODELGRAPH_GATEWAY }
}
