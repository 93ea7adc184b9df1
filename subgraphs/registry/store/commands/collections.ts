import { expressionTest } from '../aggregation/expressions.js'
import { refusal, StoreFault } from '../faults.js'
import { compileFilter } from '../query/matcher.js'
import type { Collection } from '../storage/catalogue.js'
import type { Doc } from '../values/documents.js'
import { collectionName, documentArgument, flagArgument } from './arguments.js'
import { type Command, type CommandTable, reads, writes } from './command.js'
import { variablesOf } from './select.js'

export const COLLECTIONS: CommandTable = {
  create: writes(create),
  drop: writes(drop),
  dropDatabase: writes(dropDatabase),
  listCollections: reads(listCollections),
  listDatabases: reads(listDatabases),
}

/** Fields every command may carry; anything else in `create` asks for a kind of collection there is not. */
const ENVELOPE = new Set([
  'create',
  'lsid',
  'writeConcern',
  'readConcern',
  'comment',
  'maxTimeMS',
  'autoIndexId',
  '$db',
  '$clusterTime',
  '$readPreference',
  'apiVersion',
])

function create(...[command, { db, catalogue }]: Parameters<Command>): Doc {
  const name = collectionName(command, 'create')
  const stray = Object.keys(command).find((field) => !ENVELOPE.has(field) && command[field] !== false)
  if (stray) throw refusal(`a collection with the option '${stray}'`)
  if (catalogue.find(db, name)) throw new StoreFault(48, 'NamespaceExists', `Collection ${db}.${name} already exists.`)
  catalogue.ensure(db, name)
  return {}
}

function drop(...[command, { db, catalogue, documents }]: Parameters<Command>): Doc {
  const collection = catalogue.find(db, collectionName(command, 'drop'))
  if (!collection) return {}
  const nIndexesWas = collection.indexes.length
  documents.drop(collection)
  return { nIndexesWas, ns: `${db}.${collection.name}` }
}

function dropDatabase(...[, { db, catalogue, documents }]: Parameters<Command>): Doc {
  for (const collection of catalogue.all()) if (collection.db === db) documents.drop(collection)
  return { dropped: db }
}

function listCollections(...[command, scope]: Parameters<Command>): Doc {
  const matches = compileFilter(documentArgument(command, 'filter'), expressionTest(variablesOf(command, scope)))
  const nameOnly = flagArgument(command, 'nameOnly')
  const all = scope.catalogue.all().filter((collection) => collection.db === scope.db)
  const items = all
    .map(describe)
    .filter(matches)
    .map((item) => (nameOnly ? { name: item.name, type: item.type } : item))
  return { cursor: scope.cursors.start(`${scope.db}.$cmd.listCollections`, items, Number.POSITIVE_INFINITY) }
}

function describe({ name, options }: Collection): Doc {
  const idIndex = { v: 2, key: { _id: 1 }, name: '_id_' }
  return { name, type: 'collection', options, info: { readOnly: false }, idIndex }
}

function listDatabases(...[, { catalogue }]: Parameters<Command>): Doc {
  const names = [...new Set(catalogue.all().map(({ db }) => db))].sort()
  return { databases: names.map((name) => ({ name, sizeOnDisk: 0, empty: false })), totalSize: 0 }
}
