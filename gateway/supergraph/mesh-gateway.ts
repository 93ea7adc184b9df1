import type { GraphQLSchema } from 'graphql'
import type { Subgraph } from '../mesh/mesh.js'
import { warmUp } from '../operations/warm-up.js'
import type { GatewayInterface, GatewayRequest, GatewayResult, SchemaListener } from './gateway-interface.js'
import { runOperation } from './run-operation.js'
import { type PublishedSupergraph, SupergraphVersion, type VersionOptions } from './supergraph-version.js'

/** Versions that stay loaded beside the current one, for requests that were validated on them. */
const KEPT_VERSIONS = 4

export interface MeshGatewayOptions extends VersionOptions {
  /** Told of all subgraphs that are in use, when some are not any more. */
  readonly keepOnly: (subgraphs: readonly Subgraph[]) => void
}

/**
 * Apollo Server's gateway, holding the supergraph versions: ApolloGateway itself has one, and its `update()` fails requests
 * that were validated on the schema before and run on the one after. Here a request runs on the version that validated it.
 */
export class MeshGateway implements GatewayInterface {
  /** Even a retired version is found as long as a request holds its schema. */
  private readonly bySchema = new WeakMap<GraphQLSchema, SupergraphVersion>()
  private readonly kept: SupergraphVersion[] = []
  private readonly listeners = new Set<SchemaListener>()
  private retirements: Promise<void> = Promise.resolve()
  private announceFirst: () => void = () => {}
  private readonly first = new Promise<void>((resolve) => {
    this.announceFirst = resolve
  })

  constructor(private readonly options: MeshGatewayOptions) {}

  /** The version that new requests run on; undefined before the first. */
  get current(): SupergraphVersion | undefined {
    return this.kept.at(-1)
  }

  /**
   * Loads a supergraph, then lets it take all new requests. Throws when it cannot be served; then nothing has changed.
   */
  async publish(supergraph: PublishedSupergraph): Promise<void> {
    const version = await SupergraphVersion.load(supergraph, this.options)
    if (this.current) await warmUp(this.current, version)
    this.bySchema.set(version.schema, version)
    this.kept.push(version)
    for (const listener of this.listeners) this.tell(listener, version)
    this.announceFirst()
    if (this.kept.length > KEPT_VERSIONS) this.retireLater(this.kept.shift()!)
  }

  /** Waits for the first supergraph. */
  async load(): ReturnType<GatewayInterface['load']> {
    await this.first
    return { executor: (request) => this.execute(request) }
  }

  onSchemaLoadOrUpdate(listener: SchemaListener): () => void {
    this.listeners.add(listener)
    if (this.current) this.tell(listener, this.current)
    return () => this.listeners.delete(listener)
  }

  async stop(): Promise<void> {
    await this.retirements
    await Promise.all(this.kept.splice(0).map((version) => version.retire()))
  }

  private async execute(request: GatewayRequest): Promise<GatewayResult> {
    const version = this.bySchema.get(request.schema)
    if (!version) throw new Error('The request was validated on a schema that this gateway never loaded.')
    return runOperation(version, request)
  }

  private tell(listener: SchemaListener, { schema, sdl }: SupergraphVersion): void {
    listener({ apiSchema: schema, coreSupergraphSdl: sdl })
  }

  /** Nobody waits for the last request of an old version, the next one to be published least of all. */
  private retireLater(version: SupergraphVersion): void {
    this.retirements = this.retirements.then(() => this.retire(version))
  }

  private async retire(version: SupergraphVersion): Promise<void> {
    await version.retire()
    this.options.keepOnly(this.kept.flatMap(({ subgraphs }) => subgraphs))
  }
}
