import { duplicateKey } from '../faults.js'
import { type Doc, readTyped, toPlain } from '../values/documents.js'
import { valuesAt } from '../values/paths.js'
import type { Catalogue, Collection } from './catalogue.js'
import type { Environment } from './environment.js'
import type { Index } from './index-definition.js'
import {
  documentKey,
  documentRange,
  entriesOfKey,
  entryKey,
  entryRange,
  type KeyRange,
  recordOf,
} from './record-keys.js'

/** A stored document: its record id and its raw BSON. */
export interface StoredRecord {
  record: number
  raw: Buffer
}

/** Documents and their index entries, always changed together. All keys are computed and checked before any is written. */
export class Documents {
  constructor(
    private readonly env: Environment,
    private readonly catalogue: Catalogue,
  ) {}

  insert(collection: Collection, doc: Doc, raw: Buffer): void {
    const record = collection.nextRecord
    const changes = collection.indexes.map((index) => ({
      index,
      keys: this.checkedKeys(collection, index, doc, record),
    }))
    collection.nextRecord += 1
    this.env.documents.putSync(documentKey(collection.id, record), raw)
    for (const { index, keys } of changes) this.addEntries(index, doc, keys, record)
  }

  replace(collection: Collection, record: number, before: Doc, after: Doc, raw: Buffer): void {
    const changes = collection.indexes.map((index) => ({
      index,
      old: index.keysOf(before),
      keys: this.checkedKeys(collection, index, after, record),
    }))
    this.env.documents.putSync(documentKey(collection.id, record), raw)
    for (const { index, old, keys } of changes) {
      for (const key of without(old, keys)) this.env.entries.removeSync(entryKey(index.id, key, record))
      this.addEntries(index, after, without(keys, old), record)
    }
  }

  remove(collection: Collection, record: number, doc: Doc): void {
    this.env.documents.removeSync(documentKey(collection.id, record))
    for (const index of collection.indexes) {
      for (const key of index.keysOf(doc)) this.env.entries.removeSync(entryKey(index.id, key, record))
    }
  }

  get(collection: Collection, record: number): Buffer | undefined {
    return this.env.documents.get(documentKey(collection.id, record))
  }

  count(collection: Collection): number {
    return this.env.documents.getKeysCount(documentRange(collection.id))
  }

  *scan(collection: Collection): Iterable<StoredRecord> {
    for (const { key, value } of this.env.documents.getRange(documentRange(collection.id))) {
      yield { record: recordOf(key), raw: value }
    }
  }

  /** The record ids of an index's entries in a range of keys, in the order of the keys or backwards. */
  *recordsIn(index: Index, range: KeyRange, reverse: boolean): Iterable<number> {
    const { start, end } = entryRange(index.id, range)
    const keys = this.env.entries.getKeys(reverse ? { start: end, end: start, reverse } : { start, end })
    for (const key of keys) yield recordOf(key)
  }

  /** Fills a new index from the documents that exist; fails on the first that does not fit. */
  build(collection: Collection, index: Index): void {
    for (const { record, raw } of this.scan(collection)) {
      const doc = readTyped(raw)
      this.addEntries(index, doc, this.checkedKeys(collection, index, doc, record), record)
    }
  }

  /** Removes a collection with its documents and indexes. */
  drop(collection: Collection): void {
    for (const index of [...collection.indexes]) this.dropIndex(collection, index)
    removeRange(this.env.documents, documentRange(collection.id))
    this.catalogue.remove(collection)
  }

  dropIndex(collection: Collection, index: Index): void {
    removeRange(this.env.entries, entryRange(index.id))
    this.catalogue.removeIndex(collection, index)
  }

  private addEntries(index: Index, doc: Doc, keys: Buffer[], record: number): void {
    if (index.learn(doc, keys)) this.catalogue.save(index)
    for (const key of keys) this.env.entries.putSync(entryKey(index.id, key, record), NOTHING)
  }

  private checkedKeys(collection: Collection, index: Index, doc: Doc, record: number): Buffer[] {
    const keys = index.keysOf(doc)
    if (!index.spec.unique) return keys
    const taken = keys.some((key) => this.heldByOther(index, key, record))
    if (taken) throw duplicateKey(namespaceOf(collection), index.spec.name, index.spec.key, keyValues(index, doc))
    return keys
  }

  private heldByOther(index: Index, key: Buffer, record: number): boolean {
    for (const entry of this.env.entries.getKeys({ ...entriesOfKey(index.id, key), limit: 2 })) {
      if (recordOf(entry) !== record) return true
    }
    return false
  }
}

export function namespaceOf(collection: Collection): string {
  return `${collection.db}.${collection.name}`
}

const NOTHING = Buffer.alloc(0)

function without(keys: Buffer[], others: Buffer[]): Buffer[] {
  return keys.filter((key) => !others.some((other) => other.equals(key)))
}

function keyValues(index: Index, doc: Doc): Doc {
  return Object.fromEntries(
    index.fields.map(({ field, path }) => {
      const values = valuesAt(doc, path).map((value) => value ?? null)
      return [field, toPlain(values.length === 1 ? values[0] : values)]
    }),
  )
}

function removeRange(table: Environment['documents'], range: KeyRange): void {
  for (const key of [...table.getKeys(range)]) table.removeSync(key)
}
