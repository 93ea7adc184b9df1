import { isDuplicate } from '../database/database.js'
import type { Registry } from '../registry.js'
import type { SupergraphDocument } from './supergraph-document.js'

/** Makes the next supergraph; false when somebody else made it first. */
export async function insertNext(
  { database, environment, changes }: Registry,
  next: Omit<SupergraphDocument, '_id' | 'environment'>,
): Promise<boolean> {
  const _id = `${environment}@${next.version}`
  try {
    await database.supergraphs.create({ _id, environment, ...next })
  } catch (error) {
    if (isDuplicate(error)) return false
    throw error
  }
  changes.notify()
  return true
}
