import { ModelgraphError } from '../../../shared/errors/modelgraph-error.js'
import { type ClientRequest, changeClient } from '../clients/change-client.js'
import type { ClientDocument } from '../clients/client-document.js'
import { wrongInput } from '../clients/wrong-input.js'
import type { Registry } from '../registry.js'
import { expiryOf } from './expiry.js'
import { isValid, type KeyRecord } from './key-record.js'
import { type NewKey, newKey } from './new-key.js'

export interface IssuedKey {
  readonly client: ClientDocument
  readonly record: KeyRecord
  /** Shown this once; only its hash is kept. */
  readonly key: string
}

export interface KeyRequest extends ClientRequest {
  readonly expiresAt?: Date | null | undefined
}

/** Keys of one client that are valid at a time, at most. */
export const MOST_VALID_KEYS = 20
/** Keys that have expired or were revoked and are still shown; older ones are in the history alone. */
const MOST_PAST_KEYS = 100

/** Longest time for which a rotated key goes on, in hours. */
export const LONGEST_OVERLAP_HOURS = 24
const HOUR_MS = 3_600_000

/** Makes another key of a client. Throws `BAD_USER_INPUT` for a wrong expiry. */
export async function issueKey(registry: Registry, request: KeyRequest): Promise<IssuedKey> {
  let made: NewKey | undefined
  const client = await changeClient(registry, request, ({ keys }, at) => {
    made = newKeyOf(registry, request, keys, at)
    const details = detailsOf(made.record)
    return { set: { keys: withKey(keys, made.record, at) }, action: 'issueKey', details }
  })
  return { client, ...made! }
}

export interface Rotation extends KeyRequest {
  /** First characters of the key to be replaced. */
  readonly prefix: string
  readonly overlapHours: number
}

/**
 * Makes a key in place of another, which expires after the overlap. Throws `NOT_FOUND` for an unknown key, `CONFLICT` for one
 * that opens nothing any more or was rotated already, `BAD_USER_INPUT` for a wrong overlap or expiry.
 */
export async function rotateKey(registry: Registry, request: Rotation): Promise<IssuedKey> {
  const { overlapHours, prefix } = request
  if (!(overlapHours >= 0 && overlapHours <= LONGEST_OVERLAP_HOURS)) {
    throw wrongInput('overlapHours', `a number from 0 to ${LONGEST_OVERLAP_HOURS}`, overlapHours)
  }
  let made: NewKey | undefined
  const client = await changeClient(registry, request, ({ name, keys }, at) => {
    const old = requireKey(name, keys, prefix)
    requireRotatable(old, at)
    made = newKeyOf(registry, request, keys, at)
    const end = new Date(Math.min(at.getTime() + overlapHours * HOUR_MS, old.expiresAt?.getTime() ?? Infinity))
    const rotated = replaced(keys, { ...old, expiresAt: end, replacedBy: made.record.id })
    const details = { ...detailsOf(made.record), replaces: prefix, until: end }
    return { set: { keys: withKey(rotated, made.record, at) }, action: 'rotateKey', details }
  })
  return { client, ...made! }
}

/** Revokes the key that begins so; the client's others go on. Revoking it again changes nothing. */
export function revokeKey(registry: Registry, request: ClientRequest & { prefix: string }): Promise<ClientDocument> {
  const { prefix } = request
  return changeClient(registry, request, ({ name, keys }, at) => {
    const key = requireKey(name, keys, prefix)
    if (key.revokedAt) return undefined
    return { set: { keys: replaced(keys, { ...key, revokedAt: at }) }, action: 'revokeKey', details: { prefix } }
  })
}

function newKeyOf({ environment }: Registry, request: KeyRequest, known: readonly KeyRecord[], at: Date): NewKey {
  const expiresAt = expiryOf(request.expiresAt, at, 'expiresAt')
  return newKey({ environment, at, expiresAt, by: request.identity.client, known })
}

function withKey(keys: readonly KeyRecord[], added: KeyRecord, at: Date): KeyRecord[] {
  const valid = keys.filter((key) => isValid(key, at.getTime()))
  if (valid.length >= MOST_VALID_KEYS) {
    const message = `The client has ${valid.length} valid keys, which is as many as it may have; revoke one first.`
    throw new ModelgraphError('CONFLICT', message, { keys: valid.length })
  }
  const past = keys.filter((key) => !valid.includes(key)).slice(-MOST_PAST_KEYS)
  return [...keys.filter((key) => valid.includes(key) || past.includes(key)), added]
}

function requireKey(client: string, keys: readonly KeyRecord[], prefix: string): KeyRecord {
  const key = keys.find((other) => other.prefix === prefix)
  if (key) return key
  throw new ModelgraphError('NOT_FOUND', `The client ${client} has no key that begins with ${prefix.slice(0, 80)}.`)
}

function requireRotatable(key: KeyRecord, at: Date): void {
  if (isValid(key, at.getTime()) && key.replacedBy === null) return
  const state = key.revokedAt ? 'has been revoked' : key.replacedBy ? 'has been rotated already' : 'has expired'
  throw new ModelgraphError('CONFLICT', `The key ${key.prefix} ${state}; issue another.`, { prefix: key.prefix })
}

function replaced(keys: readonly KeyRecord[], changed: KeyRecord): KeyRecord[] {
  return keys.map((key) => (key.id === changed.id ? changed : key))
}

function detailsOf({ id, prefix, expiresAt }: KeyRecord) {
  return { id, prefix, expiresAt }
}
