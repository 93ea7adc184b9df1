import { ModelgraphError } from '../../../shared/errors/modelgraph-error.js'
import { requireName, requireText } from '../database/names.js'
import type { Registry } from '../registry.js'
import { refuseRetired } from '../deprecations/notices-of.js'
import { changeRollout } from '../rollouts/change-rollout.js'
import { settleVersion } from '../versions/versions.js'
import { CHAMPION, sameDeprecations } from './environments.js'
import type { ModelDocument } from './model-document.js'
import { requireModel } from './models.js'
import { refuseUnfit } from './refuse-unfit.js'

export interface AliasMove {
  readonly model: string
  readonly alias: string
  readonly version: number
  readonly reason: string
  /** Name of the client that moves it. */
  readonly by: string
  /** Of the rollout that the caller saw; only for `champion`. */
  readonly revision?: number | undefined
}

const ATTEMPTS = 10

/**
 * Points an alias at a version, and remembers who did so and why. Pointing it where it points already changes nothing.
 * Throws `MODEL_NOT_FOUND` for an unknown version `CONTRACT_MISMATCH` for one that does not fit today's contract
 * and `MODEL_RETIRED` for one whose sunset has come.
 */
export async function setAlias(registry: Registry, move: AliasMove): Promise<ModelDocument> {
  requireName(move.alias, 'alias')
  requireText(move.reason, 'reason', { min: 1, max: 1_000 })
  if (move.alias === CHAMPION) return setChampion(registry, move)
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const model = await requireModel(registry.database, move.model)
    if (model.aliases[move.alias] === move.version) return model
    await settleVersion(registry.database, model)
    await refuseUnfit(registry.database, model, [move.version])
    refuseRetired(model, [move.version], registry.now())
    if (await moved(registry, model, move)) return requireModel(registry.database, move.model)
  }
  throw new ModelgraphError('CONFLICT', `${move.model} is being changed by others all the time. Try again.`)
}

/** The champion is the rollout's: moving it is a change of the rollout. */
async function setChampion(registry: Registry, { model: name, version, ...rest }: AliasMove): Promise<ModelDocument> {
  const model = await requireModel(registry.database, name)
  const rollout = model.rollouts?.[registry.environment]
  if (rollout?.champion === version && !rollout.canary) return model
  return changeRollout(registry, { model: name, command: { kind: 'setChampion', version }, ...rest })
}

/** False when somebody else changed the alias or the contract meanwhile. */
async function moved({ database, changes, now }: Registry, model: ModelDocument, move: AliasMove): Promise<boolean> {
  const { alias, version: to, reason, by } = move
  const from = model.aliases[alias] ?? null
  const result = await database.models.updateOne(
    { _id: model._id, contractNumber: model.contractNumber, ...sameDeprecations(model), [`aliases.${alias}`]: from ?? { $exists: false } },
    {
      $set: { [`aliases.${alias}`]: to },
      $push: { aliasHistory: { alias, from, to, at: new Date(now()), by, reason } },
    },
  )
  if (result.matchedCount === 1) changes.notify()
  return result.matchedCount === 1
}
