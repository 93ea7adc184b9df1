import { DEV_KEYS_FILE } from './dev-keys.js'
import type { Network } from './network.js'

/** The first question of a newcomer: a prediction and where it comes from, out of three subgraphs. */
const FIRST_QUERY =
  '{ patient(id: "1") { id malignancyRisk { probability predictionId route latencyMs servedBy { version model { name team { name } } metrics { name value } lineage { datasetName datasetRows datasetSha256 synthetic framework trainedAt } } } } }'

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

/** Reads the app key out of its file, so that it stands neither on the screen nor in the shell's history. */
function curlLine(url: string, keysFile: string): string {
  const key = `$(sed -n 's/.*"app": *"\\([^"]*\\)".*/\\1/p' ${quoted(keysFile)})`
  const body = quoted(JSON.stringify({ query: FIRST_QUERY }))
  return `curl -s ${url} -H "authorization: Bearer ${key}" -H 'content-type: application/json' -d ${body}`
}

/** A word for a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
