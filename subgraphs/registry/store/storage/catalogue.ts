import { StoreFault } from '../faults.js'
import { type Doc, readPlain, writeDocument } from '../values/documents.js'
import type { Environment } from './environment.js'
import { Index, type IndexSpec } from './index-definition.js'
import { catalogueKey, documentRange, parseCatalogueKey, recordOf } from './record-keys.js'

export interface Collection {
  id: number
  db: string
  name: string
  options: Doc
  /** The unique index on `_id` comes first. */
  indexes: Index[]
  /** The record id the next document gets: natural order is the order of insertion. */
  nextRecord: number
}

/** Collections and indexes, in memory and in the catalogue table. Reloaded when a transaction that changed it fails. */
export class Catalogue {
  private collections = new Map<string, Collection>()
  private lastId = 0
  private changed = false

  constructor(private readonly env: Environment) {
    this.reload()
  }

  find(db: string, name: string): Collection | undefined {
    return this.collections.get(`${db}.${name}`)
  }

  all(): Collection[] {
    return [...this.collections.values()]
  }

  /** The collection, made with its index on `_id` when it does not exist yet. */
  ensure(db: string, name: string, options: Doc = {}): Collection {
    const existing = this.find(db, name)
    if (existing) return existing
    if (!validName(db, name))
      throw new StoreFault(73, 'InvalidNamespace', `Invalid namespace specified '${db}.${name}'`)
    const collection: Collection = { id: this.nextId(), db, name, options, indexes: [], nextRecord: 1 }
    this.put(catalogueKey('collection', collection.id), { db, name, options })
    this.collections.set(`${db}.${name}`, collection)
    this.addIndex(collection, { v: 2, key: { _id: 1 }, name: '_id_', unique: true })
    return collection
  }

  remove(collection: Collection): void {
    for (const index of [...collection.indexes]) this.removeIndex(collection, index)
    this.delete(catalogueKey('collection', collection.id))
    this.collections.delete(`${collection.db}.${collection.name}`)
  }

  addIndex(collection: Collection, spec: IndexSpec): Index {
    const index = new Index(this.nextId(), collection.id, spec)
    collection.indexes.push(index)
    this.save(index)
    return index
  }

  removeIndex(collection: Collection, index: Index): void {
    this.delete(catalogueKey('index', index.id))
    collection.indexes = collection.indexes.filter((other) => other !== index)
  }

  /** Writes an index as it is now known. */
  save(index: Index): void {
    this.put(catalogueKey('index', index.id), index.toRecord())
  }

  /** Reads the catalogue anew when a transaction that failed had changed it. */
  rollback(): void {
    if (this.changed) this.reload()
  }

  /** Marks everything done so far as kept. */
  commit(): void {
    this.changed = false
  }

  private reload(): void {
    this.collections.clear()
    const indexes: Index[] = []
    for (const { key, value } of this.env.catalogue.getRange()) {
      const parsed = parseCatalogueKey(key)
      if (parsed?.kind === 'collection') this.load(parsed.id, readPlain(value))
      if (parsed?.kind === 'index') indexes.push(Index.fromRecord(parsed.id, readPlain(value)))
    }
    const byId = new Map(this.all().map((collection) => [collection.id, collection]))
    for (const index of indexes) byId.get(index.collectionId)?.indexes.push(index)
    this.lastId = Math.max(this.lastId, ...byId.keys(), ...indexes.map((index) => index.id))
  }

  private load(id: number, record: Doc): void {
    const { db, name, options } = record as { db: string; name: string; options: Doc }
    const { start, end } = documentRange(id)
    const [last] = this.env.documents.getKeys({ start: end, end: start, reverse: true, limit: 1 })
    const nextRecord = last ? recordOf(last) + 1 : 1
    this.collections.set(`${db}.${name}`, { id, db, name, options, indexes: [], nextRecord })
  }

  private nextId(): number {
    this.lastId += 1
    return this.lastId
  }

  private put(key: Buffer, record: Doc): void {
    this.changed = true
    this.env.catalogue.putSync(key, writeDocument(record))
  }

  private delete(key: Buffer): void {
    this.changed = true
    this.env.catalogue.removeSync(key)
  }
}

const MAX_NAMESPACE_BYTES = 255

function validName(db: unknown, name: unknown): boolean {
  if (typeof db !== 'string' || typeof name !== 'string' || db === '' || name === '') return false
  if (/[/\\. "$\0]/.test(db) || /[$\0]/.test(name) || name.startsWith('system.')) return false
  return Buffer.byteLength(`${db}.${name}`) <= MAX_NAMESPACE_BYTES
}
