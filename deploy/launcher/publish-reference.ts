import { join } from 'node:path'
import { CommandFailure } from '../../cli/failure.js'
import { createGraphClient } from '../../cli/graph/client.js'
import { publishFolder } from '../../cli/publish/publish.js'
import { PROJECT_ROOT } from '../../shared/process/project-root.js'
import type { DevKeys } from './dev-keys.js'
import { StartFailure } from './start-failure.js'

export interface ReferenceOptions {
  readonly gatewayUrl: string
  readonly keys: DevKeys
  readonly subgraphs: readonly { readonly name: string; readonly url: string }[]
  readonly say: (line: string) => void
}

/**
 * Registers the reference teams as an admin does, then publishes their folders as the teams do. Subgraphs one after the
 * other, since each makes a new supergraph. Answers the number of the last.
 */
export async function publishReference({ gatewayUrl, keys, subgraphs, say }: ReferenceOptions): Promise<number> {
  const admin = createGraphClient({ gatewayUrl, key: keys.admin })
  const team = createGraphClient({ gatewayUrl, key: keys.team })
  say('Publishing the reference models …')
  try {
    let supergraph = 0
    for (const { name } of subgraphs) await admin.send('RegisterTeam', { input: { name } })
    for (const { name, url } of subgraphs) {
      const folder = join(PROJECT_ROOT, 'subgraphs', name)
      supergraph = await publishFolder({ folder, subgraphUrl: `${url}/graphql`, graph: team, say: () => {} })
    }
    return supergraph
  } catch (cause) {
    if (!(cause instanceof CommandFailure)) throw cause
    throw new StartFailure(`The reference models could not be published. ${cause.message}`)
  }
}
