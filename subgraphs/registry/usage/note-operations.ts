import type { UsageReport } from '../../../shared/control/usage.js'
import type { Registry } from '../registry.js'

const HASH = /^[0-9a-f]{64}$/

/** Keeps what operations are and when they were last seen, so long after that. The same report again changes nothing. */
export async function noteOperations(
  { database, now }: Pick<Registry, 'database' | 'now'>,
  { operations, requests, otherFields }: UsageReport,
  keptMs: number,
): Promise<void> {
  const latest = now()
  const descriptions = operations.map(({ hash, ...description }) => seen(hash, latest, keptMs, description))
  const uses = lastUses(requests, latest).map(([hash, at]) => seen(hash, at, keptMs))
  const fields = otherFields.map((field) => seen(field, latest, keptMs))
  if (descriptions.length > 0) await database.usedOperations.collection.bulkWrite(descriptions as never)
  if (uses.length > 0) await database.usedOperations.collection.bulkWrite(uses as never)
  if (fields.length > 0) await database.otherFields.collection.bulkWrite(fields as never)
}

/** When each operation was last used, to the hour; never later than `latest`. */
function lastUses(requests: UsageReport['requests'], latest: number): readonly (readonly [string, number])[] {
  const last = new Map<string, number>()
  for (const { operation, hour } of requests) {
    if (HASH.test(operation)) last.set(operation, Math.max(Math.min(hour, latest), last.get(operation) ?? 0))
  }
  return [...last]
}

function seen(id: string, at: number, keptMs: number, description?: object) {
  const last = { lastAt: new Date(at), expiresAt: new Date(at + keptMs) }
  const update = { $max: last, $setOnInsert: { firstAt: new Date(at) }, ...(description && { $set: description }) }
  return { updateOne: { filter: { _id: id }, update, upsert: true } }
}
