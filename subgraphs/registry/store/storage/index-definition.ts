import { createHash } from 'node:crypto'
import { refusal, StoreFault } from '../faults.js'
import { compileFilter, type DocumentTest } from '../query/matcher.js'
import type { Doc } from '../values/documents.js'
import { EMPTY_ARRAY_KEY, encodeKey, NULL_KEY } from '../values/keys.js'
import { meetsArray, someAt } from '../values/paths.js'
import { MAX_INDEX_KEY } from './record-keys.js'

export interface IndexSpec extends Doc {
  v: number
  name: string
  key: Record<string, 1 | -1>
  unique?: boolean
  sparse?: boolean
  /** Seconds after the date in the field; documents older than that are swept. */
  expireAfterSeconds?: number
  partialFilterExpression?: Doc
}

export interface IndexField {
  field: string
  path: string[]
  direction: 1 | -1
}

/** An index and what its keys have taught: whether an array was met, whether a key was too long to keep whole. */
export class Index {
  readonly fields: IndexField[]
  private readonly covers: DocumentTest

  constructor(
    readonly id: number,
    readonly collectionId: number,
    readonly spec: IndexSpec,
    public multikey = false,
    public truncated = false,
  ) {
    this.fields = Object.entries(spec.key).map(([field, direction]) => ({ field, path: field.split('.'), direction }))
    this.covers = spec.partialFilterExpression
      ? compileFilter(spec.partialFilterExpression, () => refuseExpression())
      : () => true
  }

  static fromRecord(id: number, record: Doc): Index {
    const { collection, spec, multikey, truncated } = record
    return new Index(id, collection as number, spec as IndexSpec, multikey === true, truncated === true)
  }

  toRecord(): Doc {
    return { collection: this.collectionId, spec: this.spec, multikey: this.multikey, truncated: this.truncated }
  }

  /** The keys a document has in this index; none when a sparse or partial index leaves it out. */
  keysOf(doc: Doc): Buffer[] {
    if (!this.covers(doc)) return []
    const parts = this.fields.map((field) => partsOf(doc, field))
    if (this.spec.sparse && parts.every((part) => part.missing)) return []
    this.refuseParallelArrays(doc, parts)
    const keys = parts.reduce<Buffer[]>((rows, part) => join(rows, part.keys), [Buffer.alloc(0)])
    return distinct(keys.map(fit))
  }

  /** Notes what the keys of a document show; true when that is news to be saved. */
  learn(doc: Doc, keys: Buffer[]): boolean {
    const multikey = this.multikey || this.fields.some(({ path }) => meetsArray(doc, path))
    const truncated = this.truncated || keys.some((key) => key.length === MAX_INDEX_KEY)
    const news = multikey !== this.multikey || truncated !== this.truncated
    this.multikey = multikey
    this.truncated = truncated
    return news
  }

  private refuseParallelArrays(doc: Doc, parts: FieldKeys[]): void {
    const arrays = this.fields.filter((field, n) => parts[n]!.keys.length > 1 && meetsArray(doc, field.path))
    if (arrays.length < 2) return
    if (new Set(arrays.map(({ path }) => path[0])).size > 1) {
      const names = arrays.map(({ field }) => `[${field}]`).join(' ')
      throw new StoreFault(171, 'CannotIndexParallelArrays', `cannot index parallel arrays ${names}`)
    }
    if (this.spec.unique) throw refusal('a unique index over two fields of one array')
  }
}

/** Inverts the bytes of a key for a descending field. */
export function directed(key: Buffer, direction: 1 | -1): Buffer {
  return direction === 1 ? key : Buffer.from(key.map((byte) => byte ^ 0xff))
}

interface FieldKeys {
  keys: Buffer[]
  missing: boolean
}

function partsOf(doc: Doc, { path, direction }: IndexField): FieldKeys {
  const keys: Buffer[] = []
  let missing = true
  someAt(doc, path, (leaf) => {
    if (leaf !== undefined) missing = false
    if (!Array.isArray(leaf)) keys.push(encodeKey(leaf))
    else if (leaf.length === 0) keys.push(EMPTY_ARRAY_KEY)
    else for (const item of leaf) keys.push(encodeKey(item))
    return false
  })
  if (keys.length === 0) keys.push(NULL_KEY)
  return { keys: distinct(keys).map((key) => directed(key, direction)), missing }
}

function join(rows: Buffer[], keys: Buffer[]): Buffer[] {
  return rows.flatMap((row) => keys.map((key) => Buffer.concat([row, key])))
}

/** A key too long for lmdb keeps its beginning and the hash of the whole: still found and unique, no longer in order. */
function fit(key: Buffer): Buffer {
  if (key.length < MAX_INDEX_KEY) return key
  const hash = createHash('sha256').update(key).digest()
  return Buffer.concat([key.subarray(0, MAX_INDEX_KEY - hash.length), hash])
}

function distinct(keys: Buffer[]): Buffer[] {
  if (keys.length < 2) return keys
  return [...new Map(keys.map((key) => [key.toString('latin1'), key])).values()]
}

function refuseExpression(): never {
  throw refusal('$expr in a partial index')
}
