import { isRetired, type Notice, type Notices, noticeFor } from '../../deprecation/notice.js'
import type { RolloutPolicy } from '../../rollout/policy.js'
import type { DeprecationNotice } from '../schema/prediction.js'

/** How the rows of one model find a version. */
export interface ModelRoutes {
  /** The version that answers by default; undefined while none is loaded. */
  readonly champion: number | undefined
  /** Alias → version number. */
  readonly aliases: Readonly<Record<string, number>>
  /** Every version that is deployed here, and those that are retired. */
  readonly versions: ReadonlyMap<number, KnownVersion>
  /** How rows are shared among the versions; all go to the champion without one. Its champion is the one above. */
  readonly policy?: RolloutPolicy
  readonly notices?: Notices
  /** When these routes have to be looked at anew, in milliseconds since the epoch; absent where no sunset is to come. */
  readonly nextSunset?: number
}

export interface KnownVersion {
  readonly id: string
  readonly loaded: boolean
  /** What its predictions tell. */
  readonly deprecation?: DeprecationNotice
  /** Present once its sunset has come: it is given no rows. */
  readonly retired?: Notice
}

/** Routes with what is deprecated in them; nothing is retired before {@link routesAsOf} has looked. */
export function withNotices(routes: ModelRoutes, notices: Notices | undefined): ModelRoutes {
  if (!notices) return routes
  const versions = new Map(routes.versions)
  for (const [version, known] of routes.versions) {
    const notice = noticeFor(notices, version)
    if (notice) versions.set(version, { ...known, deprecation: shown(notice) })
  }
  return { ...routes, versions, notices, nextSunset: Number.NEGATIVE_INFINITY }
}

/**
 * Routes as of a moment in milliseconds since the epoch. A canary, a fallback or a shadow that is retired leaves the
 * policy; a champion stays, since its rows are refused.
 */
export function routesAsOf(model: string, now: number, { nextSunset: _before, ...routes }: ModelRoutes): ModelRoutes {
  const { notices, policy } = routes
  if (!notices) return routes
  const isGone = (version: number | undefined) => version !== undefined && isRetired(noticeFor(notices, version), now)
  const sunsets = [notices.model, ...Object.values(notices.versions)].flatMap((notice) => notice?.sunsetAt ?? [])
  const coming = sunsets.filter((sunsetAt) => sunsetAt > now)
  return {
    ...routes,
    versions: retiredAmong(model, { ...routes, notices }, now),
    ...(policy && { policy: policyWithout(isGone, policy) }),
    ...(coming.length > 0 && { nextSunset: Math.min(...coming) }),
  }
}

/** A version that is retired is known even where it is deployed no more, so that who asks for it hears why. */
function retiredAmong(
  model: string,
  { versions, notices }: ModelRoutes & { readonly notices: Notices },
  now: number,
): ModelRoutes['versions'] {
  const all = new Map(versions)
  for (const version of [...versions.keys(), ...Object.keys(notices.versions).map(Number)]) {
    const notice = noticeFor(notices, version)
    const known = versions.get(version) ?? { id: `${model}@${version}`, loaded: false }
    if (isRetired(notice, now)) all.set(version, { ...known, retired: notice })
  }
  return all
}

function policyWithout(
  isGone: (version: number | undefined) => boolean,
  { canary, fallback, shadows, ...policy }: RolloutPolicy,
): RolloutPolicy {
  return {
    ...policy,
    shadows: shadows.filter(({ version }) => !isGone(version)),
    ...(canary && !isGone(canary.version) && { canary }),
    ...(fallback !== undefined && !isGone(fallback) && { fallback }),
  }
}

function shown({ sunsetAt, reason, replacement }: Notice): DeprecationNotice {
  return { sunsetAt: new Date(sunsetAt), reason, replacement }
}
