import { badValue, refusal } from '../faults.js'
import { type Doc, isDocument } from '../values/documents.js'
import { EMPTY_ARRAY_KEY, encodeKey, NULL_KEY } from '../values/keys.js'
import { isNumeric, toDouble } from '../values/numbers.js'
import { someAt } from '../values/paths.js'

export interface SortField {
  field: string
  path: string[]
  direction: 1 | -1
}

/** Reads `{ a: 1, 'b.c': -1 }`. */
export function parseSort(sort: unknown): SortField[] {
  if (sort === undefined || sort === null) return []
  if (!isDocument(sort)) throw badValue('a sort must be a document')
  return Object.entries(sort).map(([field, value]) => {
    if (isDocument(value)) throw refusal('a sort by $meta')
    const direction = isNumeric(value) ? Math.sign(toDouble(value)) : 0
    if (direction !== 1 && direction !== -1) throw badValue(`the sort order of '${field}' must be 1 or -1`)
    return { field, path: field.split('.'), direction }
  })
}

/** Sorts stably; an array sorts by its smallest element ascending and its largest descending. */
export function sortBy<T>(items: T[], sort: SortField[], docOf: (item: T) => Doc, collation?: Intl.Collator): T[] {
  if (sort.length === 0) return items
  const rows = items.map((item) => ({ item, keys: sort.map((by) => sortKey(docOf(item), by, collation)) }))
  rows.sort((a, b) => compareRows(a.keys, b.keys, sort, collation))
  return rows.map((row) => row.item)
}

type SortKey = Buffer | string

function sortKey(doc: Doc, by: SortField, collation?: Intl.Collator): SortKey {
  let best: SortKey | undefined
  const offer = (key: SortKey) => {
    if (best === undefined || compareKeys(key, best, collation) * by.direction < 0) best = key
  }
  someAt(doc, by.path, (leaf) => {
    if (!Array.isArray(leaf)) offer(keyOf(leaf, collation))
    else if (leaf.length === 0) offer(EMPTY_ARRAY_KEY)
    else for (const item of leaf) offer(keyOf(item, collation))
    return false
  })
  return best ?? NULL_KEY
}

function keyOf(value: unknown, collation?: Intl.Collator): SortKey {
  return collation && typeof value === 'string' ? value : encodeKey(value)
}

function compareRows(a: SortKey[], b: SortKey[], sort: SortField[], collation?: Intl.Collator): number {
  for (let n = 0; n < sort.length; n++) {
    const order = compareKeys(a[n]!, b[n]!, collation)
    if (order !== 0) return order * sort[n]!.direction
  }
  return 0
}

function compareKeys(a: SortKey, b: SortKey, collation?: Intl.Collator): number {
  if (typeof a === 'string' && typeof b === 'string') return collation!.compare(a, b)
  return Buffer.compare(bytesOf(a), bytesOf(b))
}

function bytesOf(key: SortKey): Buffer {
  return typeof key === 'string' ? encodeKey(key) : key
}
