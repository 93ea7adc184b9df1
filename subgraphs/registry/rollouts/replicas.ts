import { REPLICA_LIVE_MS } from '../../../shared/control/protocol.js'
import type { RolloutRegistry } from './change-rollout.js'
import type { ReplicaDocument } from './replica-document.js'

/** The replicas of a model that were heard of lately. */
export function findLiveReplicas(
  { database, environment, now }: Pick<RolloutRegistry, 'database' | 'environment' | 'now'>,
  model: string,
): Promise<ReplicaDocument[]> {
  const since = new Date(now() - REPLICA_LIVE_MS)
  return database.replicas
    .find({ model, environment, heardAt: { $gte: since } })
    .sort({ heardAt: -1 })
    .lean<ReplicaDocument[]>()
    .exec()
}
