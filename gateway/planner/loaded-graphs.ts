import { ApolloGateway } from '@apollo/gateway'
import type { QueryPlan } from '@apollo/query-planner'
import { type GraphQLSchema, parse, print, printSchema } from 'graphql'
import { readSupergraphFacts } from '../execution/supergraph-types.js'
import { readCostFacts } from '../limits/cost/cost-facts.js'
import { splitSupergraph } from '../policy/split-supergraph.js'
import { subgraphsOf } from '../supergraph/subgraphs.js'
import { planOf } from './plan-of.js'
import { DEFINITIONS, type PlannedSupergraph } from './protocol.js'

/**
 * The supergraphs that can be planned with, each loaded by an ApolloGateway that never fetches. This takes seconds for a
 * large graph and blocks its thread; so it has one of its own.
 */
export class LoadedGraphs {
  private readonly gateways = new Map<number, ApolloGateway>()

  /** Throws for a supergraph that cannot be served. */
  async load(graph: number, sdl: string): Promise<PlannedSupergraph> {
    const document = parse(sdl, { noLocation: true })
    const { sdl: supergraphSdl, requirements } = splitSupergraph(document)
    const gateway = new ApolloGateway({ supergraphSdl, buildService: () => NEVER_ASKED, logger: SILENT })
    const { schema } = await gateway.load()
    this.gateways.set(graph, gateway)
    return {
      api: partsOf(schema),
      facts: readSupergraphFacts(document),
      costs: readCostFacts(document),
      requirements,
      subgraphs: subgraphsOf(document),
    }
  }

  plan(graph: number, query: string, operationName: string | undefined): QueryPlan {
    const gateway = this.gateways.get(graph)
    if (!gateway) throw new Error('The supergraph is not loaded.')
    return planOf(gateway, parse(query), operationName)
  }

  async unload(graph: number): Promise<null> {
    await this.gateways.get(graph)?.stop()
    this.gateways.delete(graph)
    return null
  }
}

function partsOf(schema: GraphQLSchema): string[] {
  const { definitions } = parse(printSchema(schema), { noLocation: true })
  const parts: string[] = []
  for (let start = 0; start < definitions.length; start += DEFINITIONS) {
    const part = definitions.slice(start, start + DEFINITIONS)
    parts.push(part.map(print).join('\n'))
  }
  return parts
}

const NEVER_ASKED = {
  process: () => Promise.reject(new Error('The planner fetches nothing.')),
}

/** What goes wrong while loading is thrown, and logged where it is caught. */
const SILENT = { debug() {}, info() {}, warn() {}, error() {} }
