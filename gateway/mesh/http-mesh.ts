import { ModelgraphError } from '../../shared/errors/modelgraph-error.js'
import type { Identity } from '../../shared/identity/claims.js'
import { createSigner } from '../../shared/identity/signing.js'
import { GATEWAY_SUBJECT } from '../../shared/mesh/protocol.js'
import type { RequestContext } from '../request-context.js'
import type { SubgraphCounters } from './counters.js'
import { Destination, type DestinationOptions } from './destination.js'
import type { Mesh, MeshAnswer, MeshRequest, Subgraph } from './mesh.js'

export interface HttpMeshOptions extends Omit<DestinationOptions, 'sign'> {
  /** Signs who calls. */
  readonly secret: string
  readonly environment: string
  /** Closes the connections to all other origins, after their last call. */
  readonly keepConnections: (origins: ReadonlySet<string>) => Promise<void>
}

/** Further URLs of a subgraph, by its name. */
export type ReplicaUrls = ReadonlyMap<string, readonly string[]>

/** The mesh over HTTP, with the replicas of each subgraph. */
export class HttpMesh implements Mesh {
  private destinations = new Map<string, Destination>()
  /** A subgraph is the same object for as long as its plan lives. */
  private bySubgraph = new WeakMap<Subgraph, Destination>()
  private replicas: ReplicaUrls = new Map()
  private draining = false

  constructor(private readonly options: HttpMeshOptions) {}

  fetch(request: MeshRequest, context: RequestContext): Promise<MeshAnswer> {
    if (this.draining) return Promise.reject(stopping(request.subgraph))
    return this.destinationOf(request.subgraph).fetch(request, context)
  }

  /** URLs at which a subgraph can be asked. */
  urlsOf(subgraph: Subgraph): readonly string[] {
    return this.destinationOf(subgraph).urls
  }

  /** Uses these replicas beside those at the subgraphs' own URLs. */
  useReplicas(replicas: ReplicaUrls): void {
    this.replicas = replicas
    for (const destination of this.destinations.values()) {
      destination.useReplicas(replicas.get(destination.subgraph.name) ?? [])
    }
    this.closeUnused()
  }

  /** Forgets all other subgraphs: no supergraph in use holds them. */
  keepOnly(subgraphs: readonly Subgraph[]): void {
    const kept = new Set(subgraphs.map(keyOf))
    const all = this.destinations
    this.destinations = new Map([...all].filter(([key]) => kept.has(key)))
    this.bySubgraph = new WeakMap()
    for (const [key, destination] of all) if (!kept.has(key)) void destination.drain()
    this.closeUnused()
  }

  /** What happened to the fetches of each subgraph, by its name. */
  counters(): Readonly<Record<string, SubgraphCounters>> {
    return Object.fromEntries([...this.destinations.values()].map((one) => [one.subgraph.name, one.counters()]))
  }

  /** Takes nothing any more, and resolves when all that was under way has ended. */
  async drain(): Promise<void> {
    this.draining = true
    await Promise.all([...this.destinations.values()].map((destination) => destination.drain()))
  }

  private destinationOf(subgraph: Subgraph): Destination {
    const found = this.bySubgraph.get(subgraph)
    if (found) return found
    const destination = this.destinations.get(keyOf(subgraph)) ?? this.open(subgraph)
    this.bySubgraph.set(subgraph, destination)
    return destination
  }

  private open(subgraph: Subgraph): Destination {
    const { environment, secret } = this.options
    const gateway: Identity = { subject: GATEWAY_SUBJECT, client: 'gateway', scopes: [], environment }
    const sign = createSigner(gateway, subgraph.name, secret)
    const destination = new Destination(subgraph, { ...this.options, sign })
    destination.useReplicas(this.replicas.get(subgraph.name) ?? [])
    this.destinations.set(keyOf(subgraph), destination)
    return destination
  }

  /** Nobody waits for the last call of a replica that is gone. */
  private closeUnused(): void {
    const { keepConnections, log } = this.options
    const urls = [...this.destinations.values()].flatMap((destination) => destination.urls)
    const origins = new Set(urls.map((url) => new URL(url).origin))
    keepConnections(origins).catch((err) => log.warn({ err }, 'connections to replicas that are gone did not close'))
  }
}

function keyOf({ name, url }: Subgraph): string {
  return `${name} ${url}`
}

function stopping({ name: subgraph }: Subgraph): ModelgraphError {
  const message = `The subgraph ${subgraph} is no longer asked: this gateway stops.`
  return new ModelgraphError('SUBGRAPH_UNAVAILABLE', message, { subgraph })
}
