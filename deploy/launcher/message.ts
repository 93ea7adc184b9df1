import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PROJECT_ROOT } from '../../shared/process/project-root.js'
import { DEV_KEYS_FILE } from './dev-keys.js'
import type { Network } from './network.js'

const FIRST_PREDICTION = join(PROJECT_ROOT, 'schema/examples/FirstPrediction.graphql')

/** What a newcomer needs to know once the graph answers; the last line works when pasted into a shell. */
export function readyMessage(network: Pick<Network, 'gatewayUrl' | 'dataFolder'>, seconds: number): string {
  const keys = `${network.dataFolder}/${DEV_KEYS_FILE}`
  return `
The graph answers, after ${seconds.toFixed(1)} s.

  graph   ${network.gatewayUrl}/graphql
  keys    ${keys} (admin, team, app)
  logs    ${network.dataFolder}/logs

Ask it for a prediction and its provenance (Ctrl-C here stops everything):

${curlLine(`${network.gatewayUrl}/graphql`, keys)}
`
}

/**
 * The first question of a newcomer: a prediction and where it comes from, out of three subgraphs. The line reads the app
 * key out of its file, so that it stands neither on the screen nor in the shell's history.
 */
function curlLine(url: string, keysFile: string): string {
  const key = `$(sed -n 's/.*"app": *"\\([^"]*\\)".*/\\1/p' ${quoted(keysFile)})`
  const query = readFileSync(FIRST_PREDICTION, 'utf8').trim().replaceAll(/\s+/g, ' ')
  const body = quoted(JSON.stringify({ query }))
  return `curl -s ${url} -H "authorization: Bearer ${key}" -H 'content-type: application/json' -d ${body}`
}

/** A word for a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
