import type { KeysUsed, KeyUse, QuotaUsed } from '../../../shared/control/protocol.js'
import { periodAt } from '../../../shared/control/quota-period.js'
import type { Registry } from '../registry.js'

/** How long usage is kept, in milliseconds: a year and a month. */
const KEPT_MS = 400 * 86_400_000
/** The last use of a key is written again after this time, in milliseconds. */
const LAST_USED_EVERY_MS = 60_000

/** Keeps which keys gateways have seen. The same again changes nothing. */
export async function recordKeysUsed({ database, now }: Registry, { instance, keys }: KeysUsed): Promise<void> {
  if (keys.length === 0) return
  const seen = keys.map((use) => ({ ...use, at: Math.min(use.at, now()) }))
  await database.keyUses.bulkWrite(
    seen.map((use) => countOf(use, instance)),
    { ordered: false },
  )
  await database.clients.bulkWrite(seen.map(lastUseOf), { ordered: false })
}

/** Keeps what gateways have counted of quotas. The same again changes nothing. */
export async function recordQuotaUsed({ database }: Registry, { instance, clients }: QuotaUsed): Promise<void> {
  if (clients.length === 0) return
  const writes = clients.map(({ clientId: client, period, periodStart, used }) => {
    const { start, end } = periodAt(period, periodStart)
    const fixed = { client, period, start: new Date(start), expiresAt: new Date(end + KEPT_MS) }
    const update = { $max: { [`used.${instance}`]: used }, $setOnInsert: fixed }
    return { updateOne: { filter: { _id: quotaUseId(client, period, start) }, update, upsert: true } }
  })
  await database.quotaUses.bulkWrite(writes, { ordered: false })
}

export function quotaUseId(client: string, period: string, start: number): string {
  return `${client}/${period}/${new Date(start).toISOString()}`
}

function countOf({ keyId: key, clientId: client, at, requests }: KeyUse, instance: string) {
  const hour = new Date(periodAt('HOUR', at).start)
  const fixed = { client, key, hour, expiresAt: new Date(hour.getTime() + KEPT_MS) }
  const update = { $max: { [`requests.${instance}`]: requests }, $setOnInsert: fixed }
  return { updateOne: { filter: { _id: `${key}/${hour.toISOString()}` }, update, upsert: true } }
}

function lastUseOf({ keyId, clientId, at }: KeyUse) {
  const path = `lastUsed.${keyId}`
  const stale = [{ [path]: { $exists: false } }, { [path]: { $lte: new Date(at - LAST_USED_EVERY_MS) } }]
  return { updateOne: { filter: { _id: clientId, $or: stale }, update: { $set: { [path]: new Date(at) } } } }
}
