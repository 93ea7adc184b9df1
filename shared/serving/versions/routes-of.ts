import type { ModelDeployment } from '../../control/protocol.js'
import type { ModelRoutes } from '../predict/routing-table.js'

/**
 * The routes a deployment asks for. While its champion is not loaded, the one that served before goes on, even
 * where it is deployed no more.
 */
export function routesOf(
  { aliases, versions }: ModelDeployment,
  before: ModelRoutes | undefined,
  isLoaded: (id: string) => boolean,
): ModelRoutes {
  const all = new Map(versions.map(({ version, id }) => [version, { id, loaded: isLoaded(id) }]))
  const wanted = aliases.champion
  if (wanted === undefined || all.get(wanted)?.loaded) return { champion: wanted, aliases, versions: all }
  const serving = before?.champion
  const known = serving === undefined ? undefined : before?.versions.get(serving)
  if (serving === undefined || !known || !isLoaded(known.id)) return { champion: undefined, aliases, versions: all }
  return { champion: serving, aliases, versions: all.set(serving, { ...known, loaded: true }) }
}
