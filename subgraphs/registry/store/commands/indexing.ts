import { badValue, StoreFault } from '../faults.js'
import type { Collection } from '../storage/catalogue.js'
import type { Index, IndexSpec } from '../storage/index-definition.js'
import { type Doc, isDocument, toPlain } from '../values/documents.js'
import { sameValue } from '../values/keys.js'
import { collectionName, documentsArgument } from './arguments.js'
import { type Command, type CommandScope, type CommandTable, reads, writes } from './command.js'

export const INDEXING: CommandTable = {
  createIndexes: writes(createIndexes),
  listIndexes: reads(listIndexes),
  dropIndexes: writes(dropIndexes),
}

/** The collection a command names, or the fault MongoDB gives when there is none. */
export function existingCollection(command: Doc, field: string, { db, catalogue }: CommandScope): Collection {
  const name = collectionName(command, field)
  const collection = catalogue.find(db, name)
  if (!collection) throw new StoreFault(26, 'NamespaceNotFound', `ns does not exist: ${db}.${name}`)
  return collection
}

function createIndexes(...[command, scope]: Parameters<Command>): Doc {
  const name = collectionName(command, 'createIndexes')
  const specs = documentsArgument(command, 'indexes').map(parseSpec)
  const createdCollectionAutomatically = !scope.catalogue.find(scope.db, name)
  const collection = scope.catalogue.ensure(scope.db, name)
  const numIndexesBefore = collection.indexes.length
  for (const spec of specs) {
    if (exists(collection, spec)) continue
    scope.documents.build(collection, scope.catalogue.addIndex(collection, spec))
  }
  return { numIndexesBefore, numIndexesAfter: collection.indexes.length, createdCollectionAutomatically }
}

function listIndexes(...[command, scope]: Parameters<Command>): Doc {
  const collection = existingCollection(command, 'listIndexes', scope)
  const specs = collection.indexes.map(({ spec }) =>
    spec.name === '_id_' ? { v: 2, key: spec.key, name: '_id_' } : spec,
  )
  return { cursor: scope.cursors.start(`${scope.db}.${collection.name}`, specs, Number.POSITIVE_INFINITY) }
}

function dropIndexes(...[command, scope]: Parameters<Command>): Doc {
  const collection = existingCollection(command, 'dropIndexes', scope)
  const nIndexesWas = collection.indexes.length
  const targets = Array.isArray(command.index) ? command.index : [command.index]
  for (const index of targets.flatMap((target) => indexesMeant(collection, toPlain(target)))) {
    scope.documents.dropIndex(collection, index)
  }
  return { nIndexesWas }
}

const OPTIONS = new Set([
  'v',
  'key',
  'name',
  'unique',
  'sparse',
  'expireAfterSeconds',
  'partialFilterExpression',
  'background',
])

function parseSpec(typed: Doc): IndexSpec {
  const { ns: _, collation, background: __, ...spec } = toPlain(typed) as Doc
  const stray = Object.keys(spec).find((option) => !OPTIONS.has(option))
  if (stray) throw cannotCreate(`the index option '${stray}' is`)
  if (isDocument(collation) && collation.locale !== 'simple') throw cannotCreate('an index with a collation is')
  if (!isDocument(spec.key) || Object.keys(spec.key).length === 0) throw badValue('an index needs a key')
  if (typeof spec.name !== 'string' || spec.name === '') throw badValue('an index needs a name')
  for (const [field, direction] of Object.entries(spec.key)) requirePlainField(field, direction)
  requireExpiry(spec)
  const key = Object.fromEntries(
    Object.entries(spec.key).map(([field, direction]) => [field, Math.sign(direction as number)]),
  )
  return { v: 2, ...spec, key } as IndexSpec
}

function requirePlainField(field: string, direction: unknown): void {
  if (typeof direction !== 'number' || direction === 0) throw cannotCreate(`an index of the kind '${direction}' is`)
  if (field === '' || field.includes('$')) throw cannotCreate(`an index on '${field}' is`)
}

function requireExpiry(spec: Doc): void {
  const { expireAfterSeconds: seconds, key } = spec
  if (seconds === undefined) return
  if (typeof seconds !== 'number' || seconds < 0 || seconds > 2 ** 31 - 1)
    throw badValue('expireAfterSeconds must be 0 or more')
  if (Object.keys(key as Doc).length !== 1) throw cannotCreate('expireAfterSeconds on a compound index is')
}

function cannotCreate(what: string): StoreFault {
  const sentence = `${what} not supported by the embedded store; set MONGODB_URI to a MongoDB server`
  return new StoreFault(67, 'CannotCreateIndex', sentence)
}

/** True when the same index is there already; a fault when one like it is there under other terms. */
function exists(collection: Collection, spec: IndexSpec): boolean {
  const named = collection.indexes.find((index) => index.spec.name === spec.name)
  const alike = collection.indexes.find((index) => sameKey(index.spec, spec))
  if (alike?.spec.name === '_id_') return true
  if (named && sameKey(named.spec, spec) && sameTerms(named.spec, spec)) return true
  if (named) throw new StoreFault(86, 'IndexKeySpecsConflict', `an index named '${spec.name}' exists with other terms`)
  if (!alike) return false
  throw new StoreFault(85, 'IndexOptionsConflict', `Index already exists with a different name: ${alike.spec.name}`)
}

function sameKey(a: IndexSpec, b: IndexSpec): boolean {
  return sameValue(a.key, b.key)
}

function sameTerms(a: IndexSpec, b: IndexSpec): boolean {
  const terms = (spec: IndexSpec) => [
    spec.unique === true,
    spec.sparse === true,
    spec.expireAfterSeconds ?? null,
    spec.partialFilterExpression ?? null,
  ]
  return sameValue(terms(a), terms(b))
}

function indexesMeant(collection: Collection, target: unknown): Index[] {
  const others = collection.indexes.filter((index) => index.spec.name !== '_id_')
  if (target === '*') return others
  const index = collection.indexes.find(
    ({ spec }) => spec.name === target || (isDocument(target) && sameValue(spec.key, target)),
  )
  if (!index) throw new StoreFault(27, 'IndexNotFound', `index not found with name [${JSON.stringify(target)}]`)
  if (index.spec.name === '_id_') throw new StoreFault(72, 'InvalidOptions', 'cannot drop _id index')
  return [index]
}
