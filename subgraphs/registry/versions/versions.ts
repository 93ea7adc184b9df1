import type { Environment } from '../../../shared/control/protocol.js'
import type { Database } from '../database/database.js'
import { isDuplicate } from '../database/database.js'
import type { ModelDocument } from '../models/model-document.js'
import { versionsIn } from '../rollouts/machine/rollout.js'
import { type VersionDocument, versionId } from './version-document.js'

/** Besides those an alias names, so many of the newest versions of a model are kept loaded. */
export const NEWEST_KEPT_ACTIVE = 3

export function findVersionsById(database: Database, ids: readonly string[]): Promise<VersionDocument[]> {
  return database.versions
    .find({ _id: { $in: [...ids] } })
    .lean<VersionDocument[]>()
    .exec()
}

/** Ids of the newest versions of a model, the newest first: they are numbered from 1 without gaps. */
export function newestIds({ _id: model, latestVersion }: ModelDocument, first: number): string[] {
  const length = Math.min(first, latestVersion)
  return Array.from({ length }, (_, back) => versionId(model, latestVersion - back))
}

/**
 * Numbers of the versions that a subgraph should have loaded: those an alias or a rollout names, and the newest. In all
 * environments, or in one.
 */
export function activeNumbers(model: ModelDocument, environment?: Environment): number[] {
  const { aliases, latestVersion, rollouts = {} } = model
  const newest = Array.from({ length: NEWEST_KEPT_ACTIVE }, (_, back) => latestVersion - back)
  const followed = environment ? [rollouts[environment]] : Object.values(rollouts)
  const routed = followed.flatMap((rollout) => (rollout ? versionsIn(rollout) : []))
  const named = [...Object.values(aliases), ...routed, ...newest]
  return [...new Set(named)].filter((version) => version > 0).sort((a, b) => a - b)
}

/** The active versions of these models, in order. */
export async function findActiveVersions(
  database: Database,
  models: readonly ModelDocument[],
  environment?: Environment,
): Promise<VersionDocument[]> {
  const ids = models.flatMap((model) =>
    activeNumbers(model, environment).map((version) => versionId(model._id, version)),
  )
  const found = await findVersionsById(database, ids)
  return found.sort((a, b) => a.version - b.version)
}

/**
 * Gives a model's pending version its document. A version gets its number, becomes champion and keeps its content in
 * one write on the model; the document that everybody reads follows. Whoever comes next completes what a crash has cut
 * short.
 */
export async function settleVersion(database: Database, model: ModelDocument): Promise<void> {
  const { pending } = model
  if (!pending) return
  try {
    await database.versions.create(pending)
  } catch (error) {
    if (!isDuplicate(error)) throw error
  }
  await database.models.updateOne({ _id: model._id, 'pending._id': pending._id }, { $set: { pending: null } })
}

/** Settles what a crash has left behind. */
export async function settleAllVersions(database: Database): Promise<void> {
  const unsettled = await database.models.find({ 'pending._id': { $exists: true } }).lean<ModelDocument[]>()
  for (const model of unsettled) await settleVersion(database, model)
}
