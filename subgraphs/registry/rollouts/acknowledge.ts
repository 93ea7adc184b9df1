import type { Acknowledgement } from '../../../shared/control/protocol.js'
import type { ModelDocument } from '../models/model-document.js'
import type { RolloutRegistry } from './change-rollout.js'
import { tendRollout } from './tend-rollout.js'

/** Remembers what a replica has loaded, and lets in the canaries for which it was waited. */
export async function recordAcknowledgement(
  registry: RolloutRegistry,
  { replica, models }: Acknowledgement,
): Promise<void> {
  const { database, environment, now } = registry
  const heardAt = new Date(now())
  const waiting = await database.models.find({ _id: { $in: models.map(({ model }) => model) } }).lean<ModelDocument[]>()
  const known = new Set(waiting.map(({ _id }) => _id))
  for (const { model, ...rest } of models) {
    if (!known.has(model)) continue
    const said = { ...rest, model, environment, replica, heardAt }
    await database.replicas.updateOne({ _id: `${environment}/${model}/${replica}` }, { $set: said }, { upsert: true })
  }
  for (const { _id, rollouts } of waiting) {
    if (rollouts?.[environment]?.canary?.admitted === false) await tendRollout(registry, _id)
  }
}
