import type { Deployments, ModelDeployment, VersionDeployment } from '../../control/protocol.js'
import { ModelgraphError } from '../../errors/modelgraph-error.js'
import type { Engine } from '../../inference/engine.js'
import type { Log } from '../../telemetry/log.js'
import type { RoutingTable } from '../predict/routing-table.js'
import type { Model } from '../subgraph.js'
import type { ArtifactSource, ArtifactStore } from './artifact-store.js'
import { routesOf } from './routes-of.js'

export interface DeployerOptions {
  readonly models: readonly Model[]
  readonly engine: Engine
  readonly artifacts: ArtifactStore
  readonly routing: RoutingTable
  readonly log: Log
}

/** What came of deployments. */
export interface Deployed {
  /** False where an artifact could not be brought here; the same deployments may succeed later. */
  readonly complete: boolean
  /** The models whose champion is loaded: worth remembering. */
  readonly good: ReadonlySet<string>
}

/** Why a version is not loaded. */
export interface VersionFailure {
  readonly artifactSha256: string
  readonly error: ModelgraphError
  /** True where the file could not be brought here; false where it was here and did not load. */
  readonly transient: boolean
}

/**
 * Makes the engine and the routes what the deployments say. New versions load and warm beside those that serve; only then
 * do a model's routes switch, and only then do versions that left unload, after their last row. A version that does not
 * load is logged and leaves the routes as they were.
 */
export class Deployer {
  readonly #options: DeployerOptions
  readonly #models: ReadonlyMap<string, Model>
  /** Version id → sha-256 of what is loaded. */
  readonly #loaded = new Map<string, string>()
  readonly #failures = new Map<string, VersionFailure>()
  #current: readonly ModelDeployment[] | undefined

  constructor(options: DeployerOptions) {
    this.#options = options
    this.#models = new Map(options.models.map((model) => [model.name, model]))
  }

  /** The deployments that are, or are being, put into effect; undefined before any are known. */
  get current(): readonly ModelDeployment[] | undefined {
    return this.#current
  }

  failureOf(id: string): VersionFailure | undefined {
    return this.#failures.get(id)
  }

  /** Puts deployments into effect; not to be called again before it has ended. */
  async apply({ models }: Deployments, source: ArtifactSource): Promise<Deployed> {
    const before = this.#current ?? []
    this.#current = models.filter(({ model }) => this.#models.has(model))
    for (const deployment of this.#current) this.#announce(deployment)
    this.#options.routing.heardOfDeployments()
    for (const deployment of this.#current) await this.#deploy(deployment, source)
    for (const { model } of before) {
      if (!this.#current.some((deployment) => deployment.model === model)) await this.#withdraw(model)
    }
    return this.#outcome(this.#current)
  }

  /** Tells callers of a model that is new here that its versions exist, before they are loaded. */
  #announce(deployment: ModelDeployment): void {
    const { routing } = this.#options
    if (!routing.of(deployment.model))
      routing.switch(
        deployment.model,
        routesOf(deployment, undefined, () => false),
      )
  }

  async #deploy(deployment: ModelDeployment, source: ArtifactSource): Promise<void> {
    const { routing } = this.#options
    const model = this.#models.get(deployment.model)!
    for (const version of deployment.versions) await this.#bring(version, model, source)
    const routes = routesOf(deployment, routing.of(deployment.model), (id) => this.#loaded.has(id))
    routing.switch(deployment.model, routes)
    const kept = new Set([...routes.versions.values()].map(({ id }) => id))
    await this.#unload((id) => modelOf(id) === deployment.model && !kept.has(id))
  }

  async #bring(version: VersionDeployment, model: Model, source: ArtifactSource): Promise<void> {
    const { id, artifactSha256 } = version
    if (this.#loaded.get(id) === artifactSha256 || this.#isHopeless(version)) return
    const path = await this.#options.artifacts.ensure(version, source).catch((error: unknown) => {
      this.#failed(version, error, true)
    })
    if (path) await this.#load(version, model, path)
  }

  async #load(version: VersionDeployment, { compiled, settings }: Model, path: string): Promise<void> {
    const example = async (rows: number) => (await compiled.exampleBlock(rows)).block!
    const fit = compiled.fit.bind(compiled)
    await this.#unload((id) => id === version.id)
    try {
      // Rows that wait for longer than their answer was agreed to take are answered too late for whoever asked.
      const maxWaitMs = compiled.contract.responseTimeMs
      const artifact = { id: version.id, path, fit, example, settings: { maxWaitMs, ...settings } }
      const { placement, runMicros } = await this.#options.engine.load(artifact)
      this.#loaded.set(version.id, version.artifactSha256)
      this.#failures.delete(version.id)
      this.#options.log.info({ version: version.id, placement, runMicros }, 'version loaded')
    } catch (error) {
      this.#failed(version, error, false)
    }
  }

  /** A file that did not load once never will. */
  #isHopeless({ id, artifactSha256 }: VersionDeployment): boolean {
    const failure = this.#failures.get(id)
    return failure?.artifactSha256 === artifactSha256 && !failure.transient
  }

  #failed({ id, artifactSha256 }: VersionDeployment, cause: unknown, transient: boolean): void {
    const error =
      cause instanceof ModelgraphError
        ? cause
        : new ModelgraphError('VERSION_NOT_READY', `The version ${id} could not be loaded.`, { version: id }, cause)
    const known = this.#failures.get(id)?.error.message === error.message
    this.#failures.set(id, { artifactSha256, error, transient })
    if (!known) this.#options.log.error({ version: id, code: error.code, err: error.originalError }, error.message)
  }

  async #withdraw(model: string): Promise<void> {
    this.#options.routing.remove(model)
    await this.#unload((id) => modelOf(id) === model)
  }

  async #unload(leaves: (id: string) => boolean): Promise<void> {
    for (const id of [...this.#loaded.keys()].filter(leaves)) {
      this.#loaded.delete(id)
      await this.#options.engine.unload(id)
      this.#options.log.info({ version: id }, 'version unloaded')
    }
  }

  #outcome(deployments: readonly ModelDeployment[]): Deployed {
    const versions = deployments.flatMap((deployment) => deployment.versions)
    const good = deployments.filter(({ aliases, versions }) =>
      versions.some(({ id, version }) => version === aliases.champion && this.#loaded.has(id)),
    )
    return {
      complete: versions.every(({ id }) => !this.#failures.get(id)?.transient),
      good: new Set(good.map(({ model }) => model)),
    }
  }
}

function modelOf(id: string): string {
  return id.slice(0, id.lastIndexOf('@'))
}
