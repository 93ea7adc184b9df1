import { serveSubgraph } from '../../shared/serving/index.js'
import { subgraph } from './subgraph.js'

await serveSubgraph(subgraph)
