import { type Database, isDuplicate } from '../database/database.js'
import type { ClientDocument } from './client-document.js'
import type { ClientRecord } from './client-record.js'

/** Appends a record that is not there yet. */
export async function appendRecord({ clientHistory }: Database, record: ClientRecord): Promise<void> {
  try {
    await clientHistory.create(record)
  } catch (error) {
    if (!isDuplicate(error)) throw error
  }
}

/** The changes of a client before a revision, the latest first, and one more than asked for when there are more. */
export async function findHistory(
  database: Database,
  { _id: client, last }: Pick<ClientDocument, '_id' | 'last'>,
  { first, before }: { readonly first: number; readonly before: number | undefined },
): Promise<ClientRecord[]> {
  // A crash may have come between the change and its record.
  await appendRecord(database, last)
  return database.clientHistory
    .find({ client, ...(before === undefined ? {} : { revision: { $lt: before } }) })
    .sort({ revision: -1 })
    .limit(first + 1)
    .lean<ClientRecord[]>()
    .exec()
}
