import { type Contract, compileContract } from '../../../shared/contract/index.js'
import { ModelgraphError } from '../../../shared/errors/modelgraph-error.js'
import { requireName, requireText } from '../database/names.js'
import type { Registry } from '../registry.js'
import { versionId } from '../versions/version-document.js'
import { findVersionsById, settleVersion } from '../versions/versions.js'
import type { ModelDocument } from './model-document.js'
import { requireModel } from './models.js'
import { versionNotFound } from './not-found.js'

export interface AliasMove {
  readonly model: string
  readonly alias: string
  readonly version: number
  readonly reason: string
  /** Name of the client that moves it. */
  readonly by: string
}

const ATTEMPTS = 10

/**
 * Points an alias at a version, and remembers who did so and why. Pointing it where it points already changes nothing.
 * Throws `MODEL_NOT_FOUND` for an unknown version and `CONTRACT_MISMATCH` for one that does not fit today's contract.
 */
export async function setAlias(registry: Registry, move: AliasMove): Promise<ModelDocument> {
  requireName(move.alias, 'alias')
  requireText(move.reason, 'reason', { min: 1, max: 1_000 })
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const model = await requireModel(registry.database, move.model)
    if (model.aliases[move.alias] === move.version) return model
    await settleVersion(registry.database, model)
    await refuseUnfit(registry, model, move.version)
    if (await moved(registry, model, move)) return requireModel(registry.database, move.model)
  }
  throw new ModelgraphError('CONFLICT', `${move.model} is being changed by others all the time. Try again.`)
}

async function refuseUnfit({ database }: Registry, model: ModelDocument, number: number): Promise<void> {
  const id = versionId(model._id, number)
  const [version] = await findVersionsById(database, [id])
  if (!version) throw versionNotFound(id, model.latestVersion)
  const misfits = compileContract(JSON.parse(model.contract) as Contract).fit(version.signature)
  if (misfits.length === 0) return
  const message = `${id} does not fit today's contract of ${model._id}: ${misfits.join('; ')}.`
  throw new ModelgraphError('CONTRACT_MISMATCH', message, { version: id, mismatches: misfits })
}

/** False when somebody else changed the alias or the contract meanwhile. */
async function moved({ database, changes, now }: Registry, model: ModelDocument, move: AliasMove): Promise<boolean> {
  const { alias, version: to, reason, by } = move
  const from = model.aliases[alias] ?? null
  const result = await database.models.updateOne(
    { _id: model._id, contractNumber: model.contractNumber, [`aliases.${alias}`]: from ?? { $exists: false } },
    {
      $set: { [`aliases.${alias}`]: to },
      $push: { aliasHistory: { alias, from, to, at: new Date(now()), by, reason } },
    },
  )
  if (result.matchedCount === 1) changes.notify()
  return result.matchedCount === 1
}
