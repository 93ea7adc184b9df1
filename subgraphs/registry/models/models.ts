import type { Database } from '../database/database.js'
import type { ModelDocument } from './model-document.js'
import { modelNotFound } from './not-found.js'
import { beginsLike } from './words.js'

export interface ModelQuery {
  readonly team?: string | null
  /** Words; a model is found when each begins a word of its name, description or team. */
  readonly search?: string | null
  /** The name after which the page begins. */
  readonly after: string | undefined
  readonly first: number
}

export interface ModelPage {
  readonly models: readonly ModelDocument[]
  readonly hasNext: boolean
}

/** Models in the order of their names. */
export async function findModels(database: Database, query: ModelQuery): Promise<ModelPage> {
  const filter = {
    ...(query.team ? { team: query.team } : {}),
    ...(query.after === undefined ? {} : { _id: { $gt: query.after } }),
    ...(beginsLike(query.search ?? '') ?? {}),
  }
  const found = await database.models
    .find(filter)
    .sort({ _id: 1 })
    .limit(query.first + 1)
    .lean<ModelDocument[]>()
  return { models: found.slice(0, query.first), hasNext: found.length > query.first }
}

export function findModelsByName(database: Database, names: readonly string[]): Promise<ModelDocument[]> {
  return database.models
    .find({ _id: { $in: [...names] } })
    .lean<ModelDocument[]>()
    .exec()
}

/** Throws `MODEL_NOT_FOUND`. */
export async function requireModel(database: Database, name: string): Promise<ModelDocument> {
  const model = await database.models.findById(name).lean<ModelDocument>()
  if (model) return model
  throw await modelNotFound(database, name)
}
