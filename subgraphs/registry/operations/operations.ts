import { ModelgraphError } from '../../../shared/errors/modelgraph-error.js'
import { requireActing } from '../clients/acting.js'
import { type ClientRequest, changeClient } from '../clients/change-client.js'
import type { ClientDocument } from '../clients/client-document.js'
import { findClient } from '../clients/find-clients.js'
import { wrongInput } from '../clients/wrong-input.js'
import { type Database, isDuplicate } from '../database/database.js'
import type { Registry } from '../registry.js'
import type { OperationDocument } from './operation-document.js'
import { parseOperation } from './parse-operation.js'

/** Operations that one client may register in all, and in one call. */
export const MOST_OPERATIONS = 1_000
const MOST_AT_ONCE = 100

export interface OperationsRegistration extends ClientRequest {
  readonly documents: readonly string[]
}

/** Adds operations to a client's safelist; those that are on it stay as they are. Throws `BAD_USER_INPUT`. */
export async function registerOperations(
  registry: Registry,
  registration: OperationsRegistration,
): Promise<ClientDocument> {
  const { client: name, documents, identity } = registration
  requireActing(identity, await findClient(registry, name), name)
  if (documents.length > MOST_AT_ONCE)
    throw wrongInput('documents', `at most ${MOST_AT_ONCE} at once`, documents.length)
  const parsed = documents.map((text, index) => parseOperation(text, `documents.${index}`))
  await Promise.all(parsed.map(({ sha256, text }) => storeText(registry, sha256, text)))
  return changeClient(registry, registration, ({ safelist: { version, operations } }, at) => {
    const known = new Set(operations.map(({ sha256 }) => sha256))
    const added = parsed.filter(({ sha256 }) => !known.has(sha256) && known.add(sha256))
    if (added.length === 0) return undefined
    if (known.size > MOST_OPERATIONS) throw tooMany(name)
    const listed = added.map(({ sha256, name: operation }) => ({ sha256, name: operation, at, by: identity.client }))
    const details = { operations: listed.map(({ sha256, name: operation }) => ({ sha256, name: operation })) }
    const safelist = { version: version + 1, operations: [...operations, ...listed] }
    return { set: { safelist }, action: 'registerOperations', details }
  })
}

/** Takes operations off a client's safelist, by their sha-256. Those that are not on it change nothing. */
export function removeOperations(
  registry: Registry,
  request: ClientRequest & { readonly sha256: readonly string[] },
): Promise<ClientDocument> {
  const gone = new Set(request.sha256)
  return changeClient(registry, request, ({ safelist: { version, operations } }) => {
    const kept = operations.filter(({ sha256 }) => !gone.has(sha256))
    if (kept.length === operations.length) return undefined
    const removed = operations.filter(({ sha256 }) => gone.has(sha256)).map(({ sha256, name }) => ({ sha256, name }))
    const safelist = { version: version + 1, operations: kept }
    return { set: { safelist }, action: 'removeOperations', details: { operations: removed } }
  })
}

/** The texts of these operations. */
export function findOperations({ operations }: Database, hashes: readonly string[]): Promise<OperationDocument[]> {
  return operations
    .find({ _id: { $in: [...hashes] } })
    .lean<OperationDocument[]>()
    .exec()
}

async function storeText({ database, now }: Registry, _id: string, text: string): Promise<void> {
  try {
    await database.operations.updateOne({ _id }, { $setOnInsert: { text, at: new Date(now()) } }, { upsert: true })
  } catch (error) {
    // Somebody else stored the same text.
    if (!isDuplicate(error)) throw error
  }
}

function tooMany(name: string): ModelgraphError {
  const message = `${name} may register ${MOST_OPERATIONS} operations; remove those that are no longer sent.`
  return new ModelgraphError('CONFLICT', message, { operations: MOST_OPERATIONS })
}
