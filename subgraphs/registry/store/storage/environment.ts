import { mkdirSync } from 'node:fs'
import { type Database, open, type RootDatabase } from 'lmdb'

export type Table = Database<Buffer, Buffer>

/**
 * The lmdb environment in the data folder: three ordered tables and durable transactions.
 * A transaction is on disk when `durably` returns; `overlappingSync` would let it return before.
 */
export class Environment {
  readonly root: RootDatabase<Buffer, Buffer>
  /** What exists: collections and indexes. */
  readonly catalogue: Table
  /** Documents: collection id and record id -> raw BSON. */
  readonly documents: Table
  /** Index entries: index id, key and record id -> nothing. */
  readonly entries: Table

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    this.root = open<Buffer, Buffer>({ path: folder, noSubdir: false, overlappingSync: false, maxDbs: 3, ...BINARY })
    this.catalogue = this.root.openDB<Buffer, Buffer>('catalogue', BINARY)
    this.documents = this.root.openDB<Buffer, Buffer>('documents', BINARY)
    this.entries = this.root.openDB<Buffer, Buffer>('entries', BINARY)
  }

  /** Runs `work` in one transaction, synced to disk before this returns; an exception undoes all of it. */
  durably<T>(work: () => T): T {
    return this.root.transactionSync(work) as T
  }

  /** Runs `work` inside the current transaction so that an exception undoes only this part. */
  atomically<T>(work: () => T): T {
    return this.root.childTransaction(work) as unknown as T
  }

  close(): Promise<void> {
    return this.root.close()
  }
}

const BINARY = { keyEncoding: 'binary', encoding: 'binary', cache: false } as const
