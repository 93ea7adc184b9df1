import { ApolloGateway, type GraphQLDataSource } from '@apollo/gateway'
import type { QueryPlan, QueryPlanCache } from '@apollo/query-planner'
import { buildSubgraphSchema } from '@apollo/subgraph'
import { type ExecutionResult, execute, type GraphQLSchema, parse } from 'graphql'
import { ModelgraphError } from '../../../shared/errors/modelgraph-error.js'
import { textOf } from '../../mesh/json.js'
import type { MeshAnswer, MeshRequest, Subgraph } from '../../mesh/mesh.js'
import { ParsedAnswer, UnreadAnswer } from '../../mesh/wire/received-answer.js'
import { failedFields } from '../failed-fields.js'
import { type Given, model, patient, roots, version, ward } from './clinic-data.js'
import { CLINIC_SDL } from './clinic-sdl.js'

/** The subgraphs of the clinic in this process. */
export class LocalSubgraphs {
  readonly subgraphs = new Map<string, Subgraph>()
  /** Subgraphs that are down. */
  readonly down = new Set<string>()
  /** A field, under any alias, that they all answer with this. */
  corrupt: readonly [field: string, value: unknown] | undefined
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
    this.asked.push(`${subgraph.name} ${textOf(variables ?? '')}`)
    if (this.down.has(subgraph.name)) throw unavailable(subgraph.name)
    const text = await this.answer(subgraph.name, operation.query, textOf(variables ?? '{}'))
    const hasErrors = this.corrupt !== undefined || text.includes('"errors":')
    return hasErrors ? new ParsedAnswer(JSON.parse(text)) : new UnreadAnswer(subgraph.name, Buffer.from(text))
  }

  /** Answers as our data source does for Apollo's gateway. */
  private dataSource(name: string): GraphQLDataSource {
    return {
      process: async ({ request }) => {
        const { query = '', variables = {} } = request
        if (!this.down.has(name)) return JSON.parse(await this.answer(name, query, JSON.stringify(variables)))
        const { message, extensions } = unavailable(name)
        const errors = failedFields(query, variables).map((path) => ({ message, path, extensions }))
        return { data: null, errors } as never
      },
    }
  }

  /** What a subgraph answers, as JSON. */
  answer = async (name: string, query: string, variables: string): Promise<string> => {
    const document = this.documents.get(query) ?? parse(query)
    this.documents.set(query, document)
    const { data, errors }: ExecutionResult = await execute({
      schema: this.schemas.get(name)!,
      document,
      variableValues: JSON.parse(variables),
      rootValue: roots,
    })
    const [field, value] = this.corrupt ?? []
    return JSON.stringify({ data, errors }, (key, own: unknown) => (field && isCalled(key, field) ? value : own))
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

/** Whether a key of a response is that of a field, under the aliases of our shapes. */
function isCalled(key: string, field: string): boolean {
  return key === field || key.startsWith(`${field}_`)
}
