import { REGISTRY } from '../../../shared/control/protocol.js'
import type { Registry } from '../registry.js'
import { registerTeam, teamExists } from '../teams/teams.js'
import { publishSubgraph } from './publish-subgraph.js'

/** The team that the registry's own subgraph belongs to. */
const TEAM = { name: REGISTRY, title: 'Registry', description: 'Keeps the catalogue and the control plane.' }

/**
 * Publishes the registry's own SDL, so that there is a supergraph before any team has published. When what teams have
 * published does not compose with it, the graph goes on as it was.
 */
export async function publishItself(registry: Registry, sdl: string, url: string): Promise<void> {
  const { database, log, now } = registry
  if (!(await teamExists(database, TEAM.name))) await registerTeam(database, TEAM, new Date(now()))
  const published = await publishSubgraph(registry, { name: REGISTRY, team: TEAM.name, url, sdl, by: REGISTRY })
  if (published.accepted) log.info({ supergraph: published.supergraphVersion }, 'the registry is part of the graph')
  else log.error({ findings: published.findings }, "the registry's schema does not compose with the graph")
}
