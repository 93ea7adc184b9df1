import { isPattern } from '../query/equality.js'
import { type Doc, isDocument, isOperatorDocument } from '../values/documents.js'
import { applyUpdate, isReplacement, type Update, type UpdateOptions } from './apply.js'
import { setAt, splitPath } from './paths.js'

/** The document an upsert inserts: the filter's equalities, then the update. */
export function upsertedDocument(filter: Doc, update: Update, options: UpdateOptions): Doc {
  const seed = seedOf(filter)
  const start = isReplacement(update) ? ('_id' in seed ? { _id: seed._id } : {}) : seed
  return applyUpdate(start, update, { ...options, inserting: true })
}

function seedOf(filter: Doc): Doc {
  const seed: Doc = {}
  for (const [path, value] of equalitiesOf(filter)) setAt(seed, splitPath(path), value)
  return seed
}

function equalitiesOf(filter: Doc): [string, unknown][] {
  return Object.entries(filter).flatMap(([field, value]): [string, unknown][] => {
    if (field === '$and' && Array.isArray(value)) return value.filter(isDocument).flatMap(equalitiesOf)
    if (field === '$or' && Array.isArray(value) && value.length === 1) return equalitiesOf(value[0] as Doc)
    if (field.startsWith('$') || isPattern(value)) return []
    if (!isOperatorDocument(value)) return [[field, value]]
    if ('$eq' in value) return [[field, value.$eq]]
    if (Array.isArray(value.$in) && value.$in.length === 1 && !isPattern(value.$in[0])) return [[field, value.$in[0]]]
    return Array.isArray(value.$all) && value.$all.length === 1 ? [[field, value.$all[0]]] : []
  })
}
