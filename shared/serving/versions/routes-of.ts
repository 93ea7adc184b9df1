import type { ModelDeployment } from '../../control/protocol.js'
import type { RolloutPolicy } from '../../rollout/policy.js'
import { type ModelRoutes, withNotices } from '../predict/model-routes.js'

/**
 * The routes a deployment asks for. While its champion is not loaded, the one that served before goes on, even
 * where it is deployed no more.
 */
export function routesOf(
  deployment: ModelDeployment,
  before: ModelRoutes | undefined,
  isLoaded: (id: string) => boolean,
): ModelRoutes {
  return withNotices(routesWithoutNotices(deployment, before, isLoaded), deployment.notices)
}

function routesWithoutNotices(
  { aliases, versions, rollout }: ModelDeployment,
  before: ModelRoutes | undefined,
  isLoaded: (id: string) => boolean,
): ModelRoutes {
  const all = new Map(versions.map(({ version, id }) => [version, { id, loaded: isLoaded(id) }]))
  const wanted = rollout?.champion ?? aliases.champion
  if (wanted === undefined || all.get(wanted)?.loaded)
    return withPolicy({ champion: wanted, aliases, versions: all }, rollout)
  const serving = before?.champion
  const known = serving === undefined ? undefined : before?.versions.get(serving)
  const lives = serving !== undefined && known !== undefined && isLoaded(known.id)
  if (lives) all.set(serving, { id: known.id, loaded: true })
  return withPolicy({ champion: lives ? serving : undefined, aliases, versions: all }, rollout)
}

/** A policy takes the champion that serves for its own. */
function withPolicy(routes: ModelRoutes, rollout: RolloutPolicy | undefined): ModelRoutes {
  if (!rollout) return routes
  return { ...routes, policy: { ...rollout, champion: routes.champion ?? rollout.champion } }
}
