import { ModelgraphError } from '../../../shared/errors/modelgraph-error.js'
import { requireText } from '../database/names.js'
import { sameDeprecations, sameRollouts } from '../models/environments.js'
import type { Registry } from '../registry.js'
import {
  type Deprecation,
  type DeprecationRecord,
  NO_DEPRECATIONS,
  type StoredDeprecations,
} from './deprecation-document.js'
import { requireReplacement } from './require-replacement.js'
import { refuseChampion } from './roles.js'
import { requireTarget, type Target, type TargetName } from './target.js'

export interface Announcement {
  readonly sunsetAt: Date
  readonly replacement: string | null
  readonly reason: string
  /** Name of the client. */
  readonly by: string
  /** Whether the sunset may lie in the past, which ends it at once. */
  readonly atOnce: boolean
}

/** What deprecating stands on. */
export type DeprecationRegistry = Pick<Registry, 'database' | 'changes' | 'now'>

const ATTEMPTS = 10
/** Longest time to a sunset, in milliseconds: ten years. */
const LONGEST_MS = 10 * 365.25 * 86_400_000

/**
 * Announces, or changes, the sunset of a model or version; the same again changes nothing. Throws `MODEL_NOT_FOUND` for
 * what does not exist, `BAD_USER_INPUT` for a sunset or a replacement that does not fit, and `CONFLICT` for a champion
 * that nothing replaces.
 */
export function deprecate(registry: DeprecationRegistry, name: TargetName, announced: Announcement): Promise<Target> {
  const { sunsetAt, replacement, reason, by } = announced
  requireText(reason, 'input.reason', { min: 1, max: 1_000 })
  return change(registry, name, async (target, before) => {
    if (before && isSame(before, announced)) return undefined
    requireSunset(announced, registry.now())
    if (replacement !== null) await requireReplacement(registry.database, target, replacement, sunsetAt)
    else refuseChampion(target)
    const at = new Date(registry.now())
    const since = before?.since ?? at
    const record = { action: 'DEPRECATED' as const, version: target.version, at, by, reason, sunsetAt, replacement }
    return { after: { since, sunsetAt, reason, replacement, by }, record }
  })
}

/** Takes a deprecation back, before its sunset or after; where there is none, nothing changes. */
export function withdraw(
  registry: DeprecationRegistry,
  name: TargetName,
  { reason, by }: { readonly reason: string; readonly by: string },
): Promise<Target> {
  requireText(reason, 'reason', { min: 1, max: 1_000 })
  return change(registry, name, async ({ version }, before) => {
    if (!before) return undefined
    const at = new Date(registry.now())
    return { after: null, record: { action: 'WITHDRAWN', version, at, by, reason, sunsetAt: null, replacement: null } }
  })
}

interface Change {
  readonly after: Deprecation | null
  readonly record: DeprecationRecord
}

type Decide = (target: Target, before: Deprecation | null) => Promise<Change | undefined>

async function change({ database, changes }: DeprecationRegistry, name: TargetName, decide: Decide): Promise<Target> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const target = await requireTarget(database, name)
    const { model, version } = target
    const stored = model.deprecations ?? NO_DEPRECATIONS
    const decided = await decide(target, version === null ? stored.model : (stored.versions[version] ?? null))
    if (!decided) return target
    const { matchedCount } = await database.models.updateOne(
      { _id: model._id, ...sameDeprecations(model), ...sameRollouts(model) },
      { $set: { deprecations: changed(stored, version, decided) } },
    )
    if (matchedCount === 0) continue
    changes.notify()
    return requireTarget(database, name)
  }
  throw new ModelgraphError('CONFLICT', 'The model is being changed by others all the time. Try again.')
}

function changed(stored: StoredDeprecations, version: number | null, { after, record }: Change): StoredDeprecations {
  const history = [...stored.history, record]
  const revision = stored.revision + 1
  if (version === null) return { ...stored, revision, model: after, history }
  const { [version]: _before, ...others } = stored.versions
  return { ...stored, revision, versions: after ? { ...others, [version]: after } : others, history }
}

function isSame(before: Deprecation, { sunsetAt, reason, replacement }: Announcement): boolean {
  const sameTime = before.sunsetAt.getTime() === sunsetAt.getTime()
  return sameTime && before.reason === reason && before.replacement === replacement
}

function requireSunset({ sunsetAt, atOnce }: Announcement, now: number): void {
  const time = sunsetAt.getTime()
  if (time <= now + LONGEST_MS && (atOnce || time > now)) return
  const path = 'input.sunsetAt'
  const expected = 'a time to come, at most ten years ahead; only an admin may name one that is past'
  const received = sunsetAt.toISOString()
  throw new ModelgraphError('BAD_USER_INPUT', `${path} is ${received}; expected ${expected}.`, {
    path,
    expected,
    received,
  })
}
