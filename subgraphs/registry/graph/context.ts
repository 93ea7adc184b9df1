import type { SubgraphContext } from '../../../shared/serving/context.js'
import type { Registry } from '../registry.js'
import { createLoaders, type Loaders } from './loaders.js'

/** What the registry's resolvers receive. */
export interface RegistryContext extends SubgraphContext {
  readonly registry: Registry
  readonly loaders: Loaders
}

/** The context of one operation, with loaders of its own. */
export function createContext(subgraph: SubgraphContext, registry: Registry): RegistryContext {
  return { ...subgraph, registry, loaders: createLoaders(registry.database) }
}
