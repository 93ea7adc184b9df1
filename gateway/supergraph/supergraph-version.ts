import { setImmediate as nextTurn } from 'node:timers/promises'
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql'
import type { ModelgraphError } from '../../shared/errors/modelgraph-error.js'
import type { Log } from '../../shared/telemetry/log.js'
import type { EntityCache } from '../execution/entity-cache.js'
import { SupergraphTypes } from '../execution/supergraph-types.js'
import { CostModel } from '../limits/cost/cost-model.js'
import type { Limits } from '../limits/limits.js'
import type { Mesh, MeshAnswer, MeshRequest, Subgraph } from '../mesh/mesh.js'
import { KnownOperations } from '../operations/known-operations.js'
import { type OperationGround, PreparedOperation } from '../operations/prepared-operation.js'
import type { Planner } from '../planner/planner.js'
import { Explainer, type ExplainerOptions } from '../policy/explainer.js'
import type { GuardSources } from '../policy/guards.js'
import { Policy } from '../policy/policy.js'
import type { RequestContext } from '../request-context.js'
import { buildApiSchema } from './api-schema.js'

/** A supergraph as the registry publishes it. */
export interface PublishedSupergraph {
  readonly sdl: string
  readonly version: number
}

export interface VersionOptions {
  readonly planner: Planner
  readonly mesh: Mesh
  /** Answers entities that never change, to all versions. */
  readonly entities: EntityCache
  readonly log: Log
  readonly limits: Limits
  readonly rules: Omit<GuardSources, 'requirements'>
  readonly explaining: ExplainerOptions
}

/** What a version is made of. */
interface Parts {
  readonly number: number
  readonly sdl: string
  readonly subgraphs: readonly Subgraph[]
  readonly ground: OperationGround
  readonly unload: () => Promise<void>
  readonly mesh: Mesh
  readonly log: Log
}

/**
 * One version of the supergraph, ready to plan and run operations, with the policy that goes with it. Versions stand
 * beside each other: a request ends on the one that validated it.
 */
export class SupergraphVersion {
  /** Operations that take the hot tier. */
  readonly known = new KnownOperations()
  private readonly prepared = new WeakMap<OperationDefinitionNode, PreparedOperation>()
  private running = 0
  private whenIdle: (() => void) | undefined

  private constructor(private readonly parts: Parts) {}

  /**
   * Builds everything a version needs before it takes traffic, with turns of the event loop in between for the requests
   * under way. Throws for a supergraph that cannot be served.
   */
  static async load({ sdl, version }: PublishedSupergraph, options: VersionOptions): Promise<SupergraphVersion> {
    const { planner, mesh, rules, entities, limits, log } = options
    const { graph, api, requirements, subgraphs, facts, costs } = await planner.load(sdl)
    try {
      const schema = await buildApiSchema(api)
      await nextTurn()
      const policy = new Policy(schema, { requirements, ...rules })
      warnOfRules(policy, version, log)
      const explainer = new Explainer(schema, policy, options.explaining)
      const model = new CostModel({ schema, facts: costs, requirements, listSize: limits.listSize })
      const ground = {
        ...{ schema, policy, entities, limits, types: new SupergraphTypes(facts), costs: model },
        predicting: model.predicting,
        resolvers: { explainPolicy: (asked: unknown) => explainer.explain(asked) },
        subgraphs: new Map(subgraphs.map((subgraph) => [subgraph.name, subgraph])),
        plan: (query: string, operationName: string | undefined) => planner.plan(graph, query, operationName),
      }
      return new SupergraphVersion({
        number: version,
        sdl,
        subgraphs,
        ground,
        mesh,
        log,
        unload: () => planner.unload(graph),
      })
    } catch (error) {
      await planner.unload(graph)
      throw error
    }
  }

  get number(): number {
    return this.parts.number
  }

  get sdl(): string {
    return this.parts.sdl
  }

  /** What clients see. */
  get schema(): GraphQLSchema {
    return this.parts.ground.schema
  }

  get subgraphs(): readonly Subgraph[] {
    return this.parts.subgraphs
  }

  /** What the operator's rules name and this version does not have. */
  get unmatchedRules(): readonly string[] {
    return this.parts.ground.policy.unmatchedRules
  }

  /** What requests of a validated operation share. */
  prepare(document: DocumentNode, operation: OperationDefinitionNode): PreparedOperation {
    const known = this.prepared.get(operation)
    if (known) return known
    const made = new PreparedOperation(this.parts.ground, document, operation)
    this.prepared.set(operation, made)
    return made
  }

  /** Sends a fetch of a request; one that fails is logged with its cause. */
  async fetch(request: MeshRequest, context: RequestContext): Promise<MeshAnswer> {
    try {
      return await this.parts.mesh.fetch(request, context)
    } catch (error) {
      this.logFailure(error, request, context)
      throw error
    }
  }

  private logFailure(error: unknown, { subgraph: { name } }: MeshRequest, { requestId }: RequestContext): void {
    const { code, originalError, message } = error as Partial<ModelgraphError>
    this.parts.log.warn({ requestId, subgraph: name, code, err: originalError }, message ?? 'a fetch failed')
  }

  /** Does some work of a request on this version, which is not retired before it has ended. */
  async hold<T>(work: () => Promise<T>): Promise<T> {
    this.running += 1
    try {
      return await work()
    } finally {
      this.running -= 1
      if (this.running === 0) this.whenIdle?.()
    }
  }

  /** Stops after the last request that runs on this version. */
  async retire(): Promise<void> {
    if (this.running > 0) await new Promise<void>((resolve) => (this.whenIdle = resolve))
    await this.parts.unload()
  }
}

function warnOfRules({ unmatchedRules: rules }: Policy, version: number, log: Log): void {
  if (rules.length > 0) log.warn({ version, rules }, "the operator's rules name what the graph does not have")
}
