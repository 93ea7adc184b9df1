import type { Contract } from '../contract/declaration.js'
import { buildSchemaOf } from './schema/build.js'
import type { Subgraph } from './subgraph.js'

/** What a subgraph publishes of itself. */
export interface SubgraphDescription {
  readonly name: string
  readonly sdl: string
  readonly contracts: readonly Contract[]
}

/** Needs no configuration and starts nothing. */
export async function describeSubgraph(subgraph: Subgraph): Promise<SubgraphDescription> {
  const { sdl } = await buildSchemaOf(subgraph)
  return { name: subgraph.name, sdl, contracts: subgraph.models.map(({ compiled }) => compiled.contract) }
}
