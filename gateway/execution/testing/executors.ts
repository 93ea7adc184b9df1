import {
  buildSchema,
  type DocumentNode,
  execute,
  type GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  parse,
  printSchema,
} from 'graphql'
import { planOf } from '../../planner/plan-of.js'
import type { GatewayRequest } from '../../supergraph/gateway-interface.js'
import { compileCoercion } from '../../variables/coerce.js'
import { compileExecution } from '../compile-execution.js'
import type { EntityCache } from '../entity-cache.js'
import type { Execution } from '../execution.js'
import { readSupergraphFacts, SupergraphTypes } from '../supergraph-types.js'
import { roots } from './clinic-data.js'
import { withCompletionErrors } from './completion-errors.js'
import { LocalSubgraphs } from './local-subgraphs.js'
import type { Shape } from './random-shapes.js'

/** A response: its data as JSON, key by key in order, and its errors in an order of their own. */
export interface Response {
  readonly data: string | undefined
  readonly errors: readonly string[]
}

/** The clinic with each way to run an operation over it. */
export async function startExecutors() {
  const local = new LocalSubgraphs()
  const { gateway, schema, executor, sdl } = await local.gateway()
  const types = new SupergraphTypes(readSupergraphFacts(parse(sdl)))
  const merged = buildSchema(printSchema(schema))

  const compile = (document: DocumentNode, entities?: EntityCache): Execution => {
    const plan = planOf(gateway, document, undefined)
    void local.plans.set(document.loc?.source.body ?? '', plan)
    const parts = { schema, types, subgraphs: local.subgraphs, predicting: new Set<string>(), entities }
    const execution = compileExecution({ ...parts, document, operationName: undefined, plan })
    if (!execution) throw new Error('The operation was left to Apollo.')
    return execution
  }

  const runCompiled = async (execution: Execution, document: DocumentNode, variables: Shape['variables']) => {
    const result = await execution.run(coerced(schema, document, variables), local.fetch)
    if ('data' in result) return { ...responseOf(result.data, result.errors), isPassedOn: false }
    const text = result.bytes.toString()
    const { data } = JSON.parse(text) as { data: unknown }
    if (text !== JSON.stringify({ data })) throw new Error(`Bytes that are not a client's answer: ${text}`)
    return { ...responseOf(data, []), isPassedOn: true }
  }

  const runApollo = async (query: string, document: DocumentNode, variables: Shape['variables']) => {
    const operation = getOperationAST(document)
    const request = {
      request: { query, variables },
      document,
      operation,
      queryHash: query,
      schema,
      metrics: {},
      context: {},
    }
    return withCompletionErrors(await executor(request as unknown as GatewayRequest))
  }

  /** Apollo's executor, with our completion errors. */
  const runStock = async (...request: Parameters<typeof runApollo>) => {
    const { data, errors } = await runApollo(...request)
    return responseOf(data, (errors ?? []) as readonly GraphQLError[])
  }

  /** One schema with all fields, and no federation at all. */
  const runMerged = async (document: DocumentNode, variables: Shape['variables']) => {
    const variableValues = variables as Record<string, unknown>
    const { data, errors } = await execute({ schema: merged, document, rootValue: roots, variableValues })
    const places = errors?.map(({ path, message }) => JSON.stringify([path, message])) ?? []
    return { data: JSON.parse(JSON.stringify(data)) as unknown, places }
  }

  return { local, schema, types, gateway, compile, runCompiled, runApollo, runStock, runMerged }
}

function coerced(schema: GraphQLSchema, document: DocumentNode, variables: Shape['variables']) {
  const result = compileCoercion(schema, getOperationAST(document)!)(variables)
  if ('errors' in result) throw result.errors[0]
  return result.values
}

function responseOf(data: unknown, errors: readonly GraphQLError[]): Response {
  return { data: JSON.stringify(data), errors: errors.map(lineOf).sort() }
}

function lineOf({ message, path, extensions }: GraphQLError): string {
  const details = Object.fromEntries(Object.entries(extensions).sort(([a], [b]) => (a < b ? -1 : 1)))
  return JSON.stringify({ path, message, details })
}
