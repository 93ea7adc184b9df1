import { retired } from '../../deprecation/notice.js'
import { ModelgraphError } from '../../errors/modelgraph-error.js'
import type { ErrorCode } from '../../errors/table.js'
import type { Breakers } from '../../rollout/breaker.js'
import type { RolloutPolicy } from '../../rollout/policy.js'
import { fallbackFor, route } from '../../rollout/route.js'
import { type DeprecationNotice, Route } from '../schema/prediction.js'
import { type KnownVersion, type ModelRoutes, routesAsOf } from './model-routes.js'

/** A version that answers, and why. */
export interface Routed {
  /** `fraud-detector@3` */
  readonly id: string
  readonly version: number
  readonly route: Route
  /** Of the rollout that decided; absent where none did, or the caller asked for this version. */
  readonly revision?: number
  /** Of a fallback: the version that should have answered, and why it did not. */
  readonly instead?: FailedVersion
  readonly deprecation?: DeprecationNotice
  /** Why rows are not given to this version after all: it is retired. */
  readonly refusal?: ModelgraphError
}

export interface FailedVersion {
  readonly version: number
  /** `BREAKER_OPEN`: it had failed so many rows that it was not even asked. */
  readonly code: ErrorCode | 'BREAKER_OPEN'
}

/** Which version answers. A model's routes are switched whole, so that no request sees half of a change. */
export class RoutingTable {
  readonly #routes = new Map<string, ModelRoutes>()
  #heard = false

  /** Versions whose breaker is open are not routed to, where another one can answer. `now` is in milliseconds since the epoch. */
  constructor(
    readonly breakers: Breakers,
    private readonly now: () => number,
  ) {}

  /** From now on a model without routes is one that is not deployed; before, nobody knows. */
  heardOfDeployments(): void {
    this.#heard = true
  }

  switch(model: string, routes: ModelRoutes): void {
    this.#routes.set(model, routes)
  }

  remove(model: string): void {
    this.#routes.delete(model)
  }

  /** As they are at this moment: without what is retired by now. */
  of(model: string): ModelRoutes | undefined {
    const routes = this.#routes.get(model)
    return routes?.nextSunset === undefined ? routes : this.#atThisMoment(model, routes, routes.nextSunset)
  }

  /**
   * The version for a row: the one that the rollout gives to its routing key, or the version number or alias that `at`
   * names. Throws `MODEL_NOT_FOUND` when there is no such thing, with what there is, and `VERSION_NOT_READY` when it is not
   * loaded and no other one can stand in. A version that is retired is answered with the refusal of its rows.
   */
  route(model: string, at: string | null | undefined, key: string): Routed {
    const routes = this.of(model)
    if (!routes) throw this.#heard ? notDeployed(model) : notReady(model, at ?? 'champion')
    if (at == null && routes.policy) return this.#follow(routes, routes.policy, key)
    const version = at == null ? championOf(model, routes) : numberOf(at, model, routes)
    const known = version === undefined ? undefined : routes.versions.get(version)
    if (version === undefined || !known) throw notReady(model, at ?? 'champion')
    const why = at == null ? Route.CHAMPION : Route.PINNED
    if (known.retired) return refused(version, known, why)
    if (!known.loaded) throw notReady(model, at ?? 'champion')
    return withNotice({ id: known.id, version, route: why }, known)
  }

  /** Who answers a row that `failed` could not, by the routes of now; undefined where nobody can. */
  fallback(model: string, failed: Routed, code: ErrorCode): Routed | undefined {
    const routes = this.of(model)
    if (routes?.champion === undefined) return undefined
    const among = { ...routes.policy, champion: routes.champion }
    const version = fallbackFor(among, failed.version, this.#readinessOf(routes))
    if (version === undefined) return undefined
    const known = routes.versions.get(version)!
    const instead = { version: failed.version, code }
    return withNotice({ id: known.id, version, route: Route.FALLBACK, revision: failed.revision ?? 0, instead }, known)
  }

  #follow(routes: ModelRoutes, policy: RolloutPolicy, key: string): Routed {
    const { version, route: why, instead } = route(policy, key, this.#readinessOf(routes))
    const known = routes.versions.get(version)
    const asked = instead === undefined ? known : routes.versions.get(instead)
    if (asked?.retired) return refused(instead ?? version, asked, Route.CHAMPION, policy.revision)
    if (!known?.loaded) throw notReady(policy.model, version === policy.champion ? 'champion' : String(version))
    const routed = withNotice({ id: known.id, version, route: Route[why], revision: policy.revision }, known)
    if (instead === undefined) return routed
    const code = routes.versions.get(instead)?.loaded ? 'BREAKER_OPEN' : 'VERSION_NOT_READY'
    return { ...routed, instead: { version: instead, code } }
  }

  #atThisMoment(model: string, routes: ModelRoutes, nextSunset: number): ModelRoutes {
    const now = this.now()
    if (now < nextSunset) return routes
    const current = routesAsOf(model, now, routes)
    this.#routes.set(model, current)
    return current
  }

  #readinessOf({ versions }: ModelRoutes): (version: number) => boolean {
    return (version) => {
      const known = versions.get(version)
      return known?.loaded === true && !known.retired && this.breakers.allows(known.id)
    }
  }
}

function withNotice(routed: Routed, { deprecation }: KnownVersion): Routed {
  return deprecation ? { ...routed, deprecation } : routed
}

/** Only the champion of a policy can be retired: canary and fallback have left it by then. */
function refused(version: number, known: KnownVersion, why: Route, revision?: number): Routed {
  const refusal = retired(known.id, known.retired!)
  return withNotice({ id: known.id, version, route: why, refusal, ...(revision !== undefined && { revision }) }, known)
}

function championOf(model: string, { champion, aliases }: ModelRoutes): number | undefined {
  if (champion === undefined && !Object.hasOwn(aliases, 'champion')) throw notDeployed(model)
  return champion
}

function numberOf(at: string, model: string, routes: ModelRoutes): number {
  const version = Object.hasOwn(routes.aliases, at) ? routes.aliases[at] : versionNumber(at)
  if (version !== undefined && routes.versions.has(version)) return version
  const versions = [...routes.versions.keys()]
  const aliases = Object.keys(routes.aliases)
  const message = `The model ${model} has no version or alias ${quoted(at)}; it has ${listed('version', versions)} and ${listed('alias', aliases)}.`
  throw new ModelgraphError('MODEL_NOT_FOUND', message, { path: 'at', model, versions, aliases })
}

function versionNumber(at: string): number | undefined {
  return /^[1-9][0-9]{0,8}$/.test(at) ? Number(at) : undefined
}

function notDeployed(model: string): ModelgraphError {
  return new ModelgraphError('MODEL_NOT_FOUND', `The model ${model} has no champion yet; publish a version first.`, {
    model,
  })
}

function notReady(model: string, at: string): ModelgraphError {
  const message = `The ${at === 'champion' ? 'champion' : `version ${at}`} of ${model} is not loaded here; ask again soon.`
  return new ModelgraphError('VERSION_NOT_READY', message, { model, version: at })
}

function quoted(at: string): string {
  return JSON.stringify(at.length > 40 ? `${at.slice(0, 40)}…` : at)
}

function listed(noun: string, items: readonly (string | number)[]): string {
  const plural = noun === 'alias' ? 'aliases' : 'versions'
  return items.length === 0 ? `no ${noun}` : `${items.length === 1 ? noun : plural} ${items.join(', ')}`
}
