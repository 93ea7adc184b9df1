import { REPLICA_LIVE_MS } from '../../../shared/control/protocol.js'
import type { Replica, ReplicaReport, Replicas } from '../../../shared/control/replicas.js'
import type { Tagged } from '../control/etag-poll.js'
import { sha256 } from '../database/canonical-json.js'
import type { Registry } from '../registry.js'
import type { ReplicaEndpointDocument } from './replica-endpoint-document.js'

type Given = Pick<Registry, 'database' | 'environment' | 'changes' | 'now'>

/** Replicas that are told of at most, those heard of last. */
const MOST_REPLICAS = 1_000

/** Remembers where a replica can be asked, or that it can be asked no more; wakes those who wait for such news. */
export async function recordReplica(
  { database, environment, changes, now }: Given,
  { subgraph, replica, url, startedAt, leaving }: ReplicaReport,
): Promise<void> {
  const _id = `${environment}/${subgraph}/${replica}`
  if (leaving) {
    const { deletedCount } = await database.replicaEndpoints.deleteOne({ _id })
    if (deletedCount > 0) changes.notify()
    return
  }
  const said = { environment, subgraph, replica, url, startedAt: new Date(startedAt), heardAt: new Date(now()) }
  const before = await database.replicaEndpoints
    .findOneAndUpdate({ _id }, { $set: said }, { upsert: true })
    .lean<ReplicaEndpointDocument | null>()
  if (before?.url !== url || before.heardAt.getTime() < now() - REPLICA_LIVE_MS) changes.notify()
}

/** Where the replicas of all subgraphs can be asked. The value is JSON. */
export async function readReplicas({ database, environment, now }: Omit<Given, 'changes'>): Promise<Tagged<string>> {
  const since = new Date(now() - REPLICA_LIVE_MS)
  const found = await database.replicaEndpoints
    .find({ environment, heardAt: { $gte: since } })
    .sort({ heardAt: -1 })
    .limit(MOST_REPLICAS)
    .lean<ReplicaEndpointDocument[]>()
  const sorted = found.sort((a, b) => (a._id < b._id ? -1 : 1)).map(replicaOf)
  const value = JSON.stringify({ environment, replicas: sorted } satisfies Replicas)
  return { value, etag: `"${sha256(value).slice(0, 32)}"` }
}

function replicaOf({ subgraph, replica, url, startedAt }: ReplicaEndpointDocument): Replica {
  return { subgraph, replica, url, startedAt: startedAt.getTime() }
}
