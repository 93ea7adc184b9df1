export type { SubgraphContext } from './context.js'
export { describeSubgraph, type SubgraphDescription } from './describe.js'
export type { EntityField } from './schema/entity-sdl.js'
export { ModelVersion, Prediction, Route } from './schema/prediction.js'
export { serveSubgraph } from './serve.js'
export { startSubgraph } from './start.js'
export {
  defineModel,
  defineSubgraph,
  type Model,
  type ModelOptions,
  type ReferenceResolver,
  type Subgraph,
  type SubgraphOptions,
} from './subgraph.js'
