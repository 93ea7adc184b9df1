import { ApolloGateway, type GraphQLDataSource } from '@apollo/gateway'
import type { QueryPlan, QueryPlanCache } from '@apollo/query-planner'
import { buildSubgraphSchema } from '@apollo/subgraph'
import { type ExecutionResult, execute, type GraphQLSchema, parse } from 'graphql'
import { ModelgraphError } from '../../../shared/errors/modelgraph-error.js'
import { failedFields } from '../../mesh/failed-fields.js'
import type { MeshAnswer, MeshRequest, Subgraph } from '../../mesh/mesh.js'
import type { SubgraphAnswer } from '../../mesh/wire/subgraph-answer.js'
import { type Given, model, patient, roots, version, ward } from './clinic-data.js'
import { CLINIC_SDL } from './clinic-sdl.js'

/** The subgraphs of the clinic in this process. */
export class LocalSubgraphs {
  readonly subgraphs = new Map<string, Subgraph>()
  /** Subgraphs that are down. */
  readonly down = new Set<string>()
  /** What was asked, as `subgraph variables`. */
  readonly asked: string[] = []
  /** Plans by query: what one way to run an operation has planned, the other need not plan again. */
  readonly plans = new PlanMemory()
  private readonly schemas = new Map<string, GraphQLSchema>()
  private readonly documents = new Map<string, ReturnType<typeof parse>>()

  constructor() {
    for (const [name, sdl] of Object.entries(CLINIC_SDL)) {
      this.subgraphs.set(name, { name, url: `http://${name}.invalid` })
      this.schemas.set(name, buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers: REFERENCES as never }]))
    }
  }

  /** An ApolloGateway over them, loaded. */
  async gateway() {
    const gateway = new ApolloGateway({
      localServiceList: Object.entries(CLINIC_SDL).map(([name, sdl]) => ({
        name,
        url: `http://${name}.invalid`,
        typeDefs: parse(sdl),
      })),
      queryPlannerConfig: { cache: this.plans },
      buildService: ({ name }) => this.dataSource(name),
      logger: { debug() {}, info() {}, warn() {}, error() {} },
    })
    const { schema, executor } = await gateway.load()
    return { gateway, schema, executor: executor!, sdl: gateway.__testing().supergraphSdl! }
  }

  /** Answers as the mesh does. */
  readonly fetch = async ({ subgraph, operation, variables }: MeshRequest): Promise<MeshAnswer> => {
    this.asked.push(`${subgraph.name} ${variables ?? ''}`)
    if (this.down.has(subgraph.name)) throw unavailable(subgraph.name)
    const { query } = JSON.parse(`{${operation.json}}`) as { query: string }
    const text = await this.answer(subgraph.name, query, variables ? JSON.parse(variables) : {})
    const answer = JSON.parse(text) as SubgraphAnswer
    return { bytes: answer.errors ? undefined : Buffer.from(text), read: () => answer, served: [] }
  }

  /** Answers as our data source does for Apollo's gateway. */
  private dataSource(name: string): GraphQLDataSource {
    return {
      process: async ({ request }) => {
        const { query = '', variables = {} } = request
        if (!this.down.has(name)) return JSON.parse(await this.answer(name, query, variables))
        const { message, extensions } = unavailable(name)
        const errors = failedFields(query, variables).map((path) => ({ message, path, extensions }))
        return { data: null, errors } as never
      },
    }
  }

  private async answer(name: string, query: string, variables: Record<string, unknown>): Promise<string> {
    const document = this.documents.get(query) ?? parse(query)
    this.documents.set(query, document)
    const variableValues = JSON.parse(JSON.stringify(variables)) as Record<string, unknown>
    const result: ExecutionResult = await execute({
      schema: this.schemas.get(name)!,
      document,
      variableValues,
      rootValue: roots,
    })
    return JSON.stringify({ data: result.data, ...(result.errors && { errors: result.errors }) })
  }
}

/** Apollo's cache of plans. */
class PlanMemory implements QueryPlanCache {
  private readonly plans = new Map<string, QueryPlan>()

  async get(query: string) {
    return this.plans.get(query)
  }

  async set(query: string, plan: QueryPlan) {
    this.plans.set(query, plan)
  }

  async delete(query: string) {
    return this.plans.delete(query)
  }

  clear() {
    this.plans.clear()
  }
}

const REFERENCES = {
  Patient: { __resolveReference: (given: Given & { id: string }) => patient(given.id, given) },
  Ward: { __resolveReference: ({ id }: { id: string }) => ward(id) },
  Version: { __resolveReference: ({ id }: { id: string }) => version(id) },
  Model: { __resolveReference: ({ name }: { name: string }) => model(name) },
}

function unavailable(subgraph: string): ModelgraphError {
  return new ModelgraphError('SUBGRAPH_UNAVAILABLE', `The subgraph ${subgraph} accepts no connections.`, { subgraph })
}
