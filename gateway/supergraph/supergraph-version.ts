import { ApolloGateway } from '@apollo/gateway'
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql'
import type { Log } from '../../shared/telemetry/log.js'
import type { HttpMesh } from '../mesh/http-mesh.js'
import type { Subgraph } from '../mesh/mesh.js'
import { SubgraphDataSource } from '../mesh/subgraph-data-source.js'
import { PreparedOperation } from '../operations/prepared-operation.js'
import { Policy } from '../policy/policy.js'
import type { RuleTree } from '../policy/rules.js'
import type { Rule } from '../policy/shield.js'
import { splitSupergraph } from '../policy/split-supergraph.js'
import type { GatewayExecutor, GatewayRequest, GatewayResult } from './gateway-interface.js'
import { subgraphsOf } from './subgraphs.js'

/** A supergraph as the registry publishes it. */
export interface PublishedSupergraph {
  readonly sdl: string
  readonly version: number
}

export interface VersionOptions {
  readonly mesh: Pick<HttpMesh, 'fetch' | 'keepOnly'>
  readonly rules: { readonly named: Readonly<Record<string, Rule>>; readonly operator: RuleTree }
  readonly log: Log
}

/** Query plans kept per version, in MiB. */
const PLAN_CACHE_MIB = 30

/**
 * One version of the supergraph, ready to plan and run operations, with the policy that goes with it. Versions stand
 * beside each other: a request ends on the one that validated it.
 */
export class SupergraphVersion {
  private running = 0
  private whenIdle: (() => void) | undefined

  private readonly prepared = new WeakMap<OperationDefinitionNode, PreparedOperation>()

  private constructor(
    readonly number: number,
    readonly schema: GraphQLSchema,
    readonly sdl: string,
    readonly subgraphs: readonly Subgraph[],
    readonly policy: Policy,
    private readonly planner: { readonly gateway: ApolloGateway; readonly execute: GatewayExecutor },
  ) {}

  /** Builds everything a version needs before it takes traffic. Throws for a supergraph that cannot be served. */
  static async load({ sdl, version }: PublishedSupergraph, options: VersionOptions): Promise<SupergraphVersion> {
    const split = splitSupergraph(sdl)
    const gateway = new ApolloGateway({
      supergraphSdl: split.sdl,
      buildService: ({ name, url }) => new SubgraphDataSource({ name, url: url ?? '' }, options.mesh, options.log),
      experimental_approximateQueryPlanStoreMiB: PLAN_CACHE_MIB,
      __exposeQueryPlanExperimental: false,
      logger: SILENT,
    })
    const { schema, executor } = await gateway.load()
    const policy = new Policy(schema, { requirements: split.requirements, ...options.rules })
    const planner = { gateway, execute: executor as GatewayExecutor }
    return new SupergraphVersion(version, schema, split.sdl, subgraphsOf(sdl), policy, planner)
  }

  /** What requests of a validated operation share. */
  prepare(document: DocumentNode, operation: OperationDefinitionNode): PreparedOperation {
    const known = this.prepared.get(operation)
    if (known) return known
    const made = new PreparedOperation(this.schema, this.policy, document, operation)
    this.prepared.set(operation, made)
    return made
  }

  /** Plans an operation, or finds its plan, and runs it, on the complete path. */
  run(request: GatewayRequest): Promise<GatewayResult> {
    return this.hold(() => this.planner.execute(request))
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
    await this.planner.gateway.stop()
  }
}

/** What goes wrong while loading is thrown, and logged where it is caught. */
const SILENT = { debug() {}, info() {}, warn() {}, error() {} }
