import type { Database } from '../database/database.js'
import type { UsedOperationDocument } from './used-operation-document.js'

/** What operations are that clients have sent, by their hashes; unknown ones are left out. */
export function findUsedOperations(
  { usedOperations }: Database,
  hashes: readonly string[],
): Promise<UsedOperationDocument[]> {
  return usedOperations
    .find({ _id: { $in: [...hashes] } })
    .lean<UsedOperationDocument[]>()
    .exec()
}
