import { readTyped } from '../values/documents.js'
import { Catalogue, type Collection } from './catalogue.js'
import { Documents, namespaceOf } from './documents.js'
import type { Environment } from './environment.js'
import type { Index } from './index-definition.js'
import { entryKey, entryRange } from './record-keys.js'

/** Compares every index with the documents it should hold, entry by entry: one sentence per index that differs. */
export function inconsistencies(env: Environment): string[] {
  const catalogue = new Catalogue(env)
  const documents = new Documents(env, catalogue)
  return catalogue.all().flatMap((collection) => {
    return collection.indexes.flatMap((index) => compare(env, documents, collection, index))
  })
}

function compare(env: Environment, documents: Documents, collection: Collection, index: Index): string[] {
  const found = new Set<string>()
  for (const key of env.entries.getKeys(entryRange(index.id))) found.add(key.toString('latin1'))
  const expected = new Set<string>()
  for (const { record, raw } of documents.scan(collection)) {
    for (const key of index.keysOf(readTyped(raw))) expected.add(entryKey(index.id, key, record).toString('latin1'))
  }
  const missing = [...expected].filter((key) => !found.has(key)).length
  const orphaned = [...found].filter((key) => !expected.has(key)).length
  if (missing + orphaned === 0) return []
  return [`${namespaceOf(collection)}.${index.spec.name}: ${missing} entries missing, ${orphaned} orphaned`]
}
