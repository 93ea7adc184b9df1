import { randomUUID } from 'node:crypto'
import type { Environment } from '../../../shared/control/protocol.js'
import { generateApiKey, hashApiKey, parseApiKey } from '../../../shared/identity/api-key.js'
import type { KeyRecord } from './key-record.js'

export interface NewKey {
  readonly record: KeyRecord
  /** Shown once; only its hash is kept. */
  readonly key: string
}

export interface KeyOptions {
  readonly environment: Environment
  readonly at: Date
  /** Null for never. */
  readonly expiresAt: Date | null
  readonly by: string
  /** Keys that the client has already; the new one begins otherwise. */
  readonly known: readonly KeyRecord[]
}

/** Makes a key and what is remembered of it. */
export function newKey(options: KeyOptions): NewKey {
  const key = generateApiKey(options.environment)
  const record = recordOf(key, options)
  return options.known.some(({ prefix }) => prefix === record.prefix) ? newKey(options) : { key, record }
}

/** What is remembered of a key. */
export function recordOf(key: string, { at, expiresAt, by }: Omit<KeyOptions, 'known' | 'environment'>): KeyRecord {
  return {
    id: randomUUID(),
    hash: hashApiKey(key),
    prefix: parseApiKey(key)!.prefix,
    createdAt: at,
    createdBy: by,
    expiresAt,
    revokedAt: null,
    replacedBy: null,
  }
}
