/** lmdb takes keys of 1,978 bytes; an index key stops before that, leaving room for the ids around it. */
export const MAX_INDEX_KEY = 1900

/** Where a range of keys starts (included) and ends (excluded). */
export interface KeyRange {
  start: Buffer
  end: Buffer
}

export type RecordKind = 'collection' | 'index'

export function catalogueKey(kind: RecordKind, id: number): Buffer {
  return Buffer.concat([Buffer.from(kind === 'collection' ? 'c' : 'i'), uint32(id)])
}

/** The kind and id of a catalogue key, or undefined for the other records there. */
export function parseCatalogueKey(key: Buffer): { kind: RecordKind; id: number } | undefined {
  if (key.length !== 5 || (key[0] !== 0x63 && key[0] !== 0x69)) return undefined
  return { kind: key[0] === 0x63 ? 'collection' : 'index', id: key.readUInt32BE(1) }
}

export function documentKey(collection: number, record: number): Buffer {
  return Buffer.concat([uint32(collection), uint48(record)])
}

export function documentRange(collection: number): KeyRange {
  return { start: uint32(collection), end: uint32(collection + 1) }
}

/** 01 before the record id keeps it apart from the escaped zero bytes a key may end in. */
export function entryKey(index: number, key: Buffer, record: number): Buffer {
  return Buffer.concat([uint32(index), key, Buffer.of(1), uint48(record)])
}

/** All entries of exactly this key. */
export function entriesOfKey(index: number, key: Buffer): KeyRange {
  const prefix = Buffer.concat([uint32(index), key, Buffer.of(1)])
  return { start: prefix, end: after(prefix) }
}

export function entryRange(index: number, range?: KeyRange): KeyRange {
  if (!range) return { start: uint32(index), end: uint32(index + 1) }
  const end = range.end.length === 0 ? uint32(index + 1) : Buffer.concat([uint32(index), range.end])
  return { start: Buffer.concat([uint32(index), range.start]), end }
}

/** The record id at the end of a document key or an entry key. */
export function recordOf(key: Buffer): number {
  return key.readUIntBE(key.length - RECORD_BYTES, RECORD_BYTES)
}

/** The smallest key greater than every key with this prefix; empty when there is none. */
export function after(prefix: Buffer): Buffer {
  let length = prefix.length
  while (length > 0 && prefix[length - 1] === 0xff) length -= 1
  const next = Buffer.from(prefix.subarray(0, length))
  if (length > 0) next[length - 1]! += 1
  return next
}

const RECORD_BYTES = 6

function uint32(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4)
  bytes.writeUInt32BE(value)
  return bytes
}

function uint48(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(RECORD_BYTES)
  bytes.writeUIntBE(value, 0, RECORD_BYTES)
  return bytes
}
