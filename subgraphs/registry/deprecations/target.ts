import type { Database } from '../database/database.js'
import type { ModelDocument } from '../models/model-document.js'
import { requireModel } from '../models/models.js'
import { versionNotFound } from '../models/not-found.js'
import { versionId } from '../versions/version-document.js'

/** A model, or one version of it. */
export interface Target {
  readonly model: ModelDocument
  /** Null where it is the model. */
  readonly version: number | null
}

/** What a model's name or a version's id names. Throws `MODEL_NOT_FOUND`. */
export async function requireTarget(database: Database, id: TargetName): Promise<Target> {
  if ('model' in id) return { model: await requireModel(database, id.model), version: null }
  const [name, number] = id.version.split('@', 2) as [string, string | undefined]
  const model = await requireModel(database, name)
  const version = /^[1-9][0-9]{0,8}$/.test(number ?? '') ? Number(number) : 0
  if (version < 1 || version > model.latestVersion || versionId(name, version) !== id.version) {
    throw versionNotFound(id.version, model.latestVersion)
  }
  return { model, version }
}

export type TargetName = { readonly model: string } | { readonly version: string }

/** `fraud-detector` or `fraud-detector@3` */
export function nameOf({ model, version }: Target): string {
  return version === null ? model._id : versionId(model._id, version)
}
