import { type Contract, compileContract } from '../../../shared/contract/index.js'
import { ModelgraphError } from '../../../shared/errors/modelgraph-error.js'
import type { Database } from '../database/database.js'
import { versionId } from '../versions/version-document.js'
import { findVersionsById } from '../versions/versions.js'
import type { ModelDocument } from './model-document.js'
import { versionNotFound } from './not-found.js'

/** Throws `MODEL_NOT_FOUND` for an unknown version and `CONTRACT_MISMATCH` for one that does not fit today's contract. */
export async function refuseUnfit(
  database: Database,
  { _id: model, contract, latestVersion }: ModelDocument,
  versions: readonly number[],
): Promise<void> {
  if (versions.length === 0) return
  const ids = versions.map((version) => versionId(model, version))
  const found = new Map((await findVersionsById(database, ids)).map((version) => [version._id, version]))
  const compiled = compileContract(JSON.parse(contract) as Contract)
  for (const id of ids) {
    const version = found.get(id)
    if (!version) throw versionNotFound(id, latestVersion)
    const mismatches = compiled.fit(version.signature)
    if (mismatches.length === 0) continue
    const message = `${id} does not fit today's contract of ${model}: ${mismatches.join('; ')}.`
    throw new ModelgraphError('CONTRACT_MISMATCH', message, { version: id, mismatches })
  }
}
