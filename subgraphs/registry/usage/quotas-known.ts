import type { QuotaUse, QuotaUsed } from '../../../shared/control/protocol.js'
import type { QuotaKnown } from '../../../shared/control/quota-known.js'
import { periodAt } from '../../../shared/control/quota-period.js'
import type { Registry } from '../registry.js'
import type { QuotaUseDocument } from './quota-use-document.js'
import { quotaUseId } from './record-uses.js'

/** What is known of the quotas that a gateway tells of: its own share, and that of all others. */
export async function quotasKnown({ database }: Registry, { instance, clients }: QuotaUsed): Promise<QuotaKnown[]> {
  if (clients.length === 0) return []
  const uses = await database.quotaUses.find({ _id: { $in: clients.map(idOf) } }).lean<QuotaUseDocument[]>()
  const used = new Map(uses.map((use) => [use._id, use.used] as const))
  return clients.map((use) => {
    const counts = Object.entries(used.get(idOf(use)) ?? {})
    const { clientId, period, periodStart } = use
    const [own, others] = [true, false].map((mine) => sumOf(counts.filter(([name]) => (name === instance) === mine)))
    return { clientId, period, periodStart, own: own!, others: others! }
  })
}

function idOf({ clientId, period, periodStart }: QuotaUse): string {
  return quotaUseId(clientId, period, periodAt(period, periodStart).start)
}

function sumOf(counts: readonly (readonly [string, number])[]): number {
  return counts.reduce((sum, [, count]) => sum + count, 0)
}
