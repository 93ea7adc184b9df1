import { ModelgraphError } from '../../../shared/errors/modelgraph-error.js'
import type { Identity } from '../../../shared/identity/claims.js'
import type { Registry } from '../registry.js'
import { requireActing } from './acting.js'
import type { ClientDocument } from './client-document.js'
import { appendRecord } from './client-history.js'
import type { ClientAction } from './client-record.js'
import { findClient } from './find-clients.js'
import { recordOf } from './new-client.js'

/** Which client is to be changed, and by whom. */
export interface ClientRequest {
  /** Its name. */
  readonly client: string
  readonly identity: Identity
  /** The revision that the caller saw; undefined takes whatever there is. */
  readonly revision?: number | undefined
}

/** What becomes of a client, and how it is told in the history. */
export interface ClientChange {
  readonly set: Partial<Omit<ClientDocument, '_id' | 'revision' | 'last' | 'lastUsed'>>
  readonly action: ClientAction
  readonly reason?: string
  readonly details?: Readonly<Record<string, unknown>>
}

/** Answers what changes, or undefined when nothing does. Asked again when somebody else was first. */
export type Decide = (client: ClientDocument, at: Date) => ClientChange | undefined | Promise<ClientChange | undefined>

const ATTEMPTS = 10

/**
 * Changes a client for somebody who acts for it, in one write that compares the revision, and remembers who did what.
 * Throws `FORBIDDEN` for anybody else and `CONFLICT` when the revision is not the one the caller saw.
 */
export function changeClient(registry: Registry, request: ClientRequest, decide: Decide): Promise<ClientDocument> {
  const { client: name, identity } = request
  return changeAnyClient(registry, request, (found, at) => decide(requireActing(identity, found, name), at))
}

/** The same, where `decide` itself refuses who may not, and what is not there. */
export async function changeAnyClient(
  registry: Registry,
  { client: name, identity, revision }: ClientRequest,
  decide: (client: ClientDocument | null, at: Date) => ReturnType<Decide>,
): Promise<ClientDocument> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const before = await findClient(registry, name)
    const change = await decide(before, new Date(registry.now()))
    if (!before) throw new Error('Whoever decides refuses a client that is not there.')
    if (revision !== undefined) requireRevision(before, revision)
    if (!change) return before
    const after = await written(registry, before, change, identity.client)
    if (after) return after
  }
  throw new ModelgraphError('CONFLICT', `${name} is being changed by others all the time. Try again.`)
}

function requireRevision({ name, revision: current }: ClientDocument, seen: number): void {
  if (current === seen) return
  const message = `The client ${name} is at revision ${current}, not ${seen}: somebody else changed it. Read it again.`
  throw new ModelgraphError('CONFLICT', message, {
    path: 'revision',
    expected: String(current),
    received: String(seen),
  })
}

/** Undefined when somebody else changed it meanwhile. */
async function written(
  { database, now, log }: Registry,
  before: ClientDocument,
  { set, action, reason, details = {} }: ClientChange,
  by: string,
): Promise<ClientDocument | undefined> {
  await appendRecord(database, before.last)
  const revision = before.revision + 1
  const at = new Date(Math.max(now(), before.last.at.getTime()))
  const last = recordOf({ client: before._id, revision, at, by, action, reason: reason ?? null, details })
  const after = await database.clients
    .findOneAndUpdate(
      { _id: before._id, revision: before.revision },
      { $set: { ...set, revision, last } },
      { returnDocument: 'after' },
    )
    .lean<ClientDocument>()
  if (!after) return undefined
  await appendRecord(database, last).catch((error) => log.warn({ err: error }, 'a record is appended later'))
  return after
}
