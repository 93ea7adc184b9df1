import type { Quota } from '../../../shared/control/protocol.js'
import { periodAt } from '../../../shared/control/quota-period.js'
import type { ClientDocument } from '../clients/client-document.js'
import type { Registry } from '../registry.js'
import type { KeyUseDocument } from './key-use-document.js'
import type { QuotaUseDocument } from './quota-use-document.js'
import { quotaUseId } from './record-uses.js'
import type { RequestUseDocument } from './request-use-document.js'

export interface QuotaReading extends Quota {
  /** Predictions of this period that gateways have told of, seconds ago at most while they reach the registry. */
  readonly used: number
  readonly resetsAt: Date
}

/** What a client has used of its quota; null without one. */
export async function readQuota(
  { database, now }: Registry,
  { _id, limits: { quota } }: ClientDocument,
): Promise<QuotaReading | null> {
  if (!quota) return null
  const { start, end } = periodAt(quota.period, now())
  const use = await database.quotaUses.findById(quotaUseId(_id, quota.period, start)).lean<QuotaUseDocument>()
  return { ...quota, used: sumOf(use?.used ?? {}), resetsAt: new Date(end) }
}

export interface UsageReading {
  readonly since: Date
  readonly requests: number
  readonly lastUsedAt: Date | null
}

/** The requests of a client in this calendar month; `registered` is null for the holder of a token. */
export async function readUsage(
  registry: Registry,
  client: string,
  registered: ClientDocument | null,
): Promise<UsageReading> {
  const since = new Date(periodAt('MONTH', registry.now()).start)
  const requests = registered ? await keyedRequests(registry, client, since) : await requestsOf(registry, client, since)
  const times = Object.values(registered?.lastUsed ?? {}).map((time) => time.getTime())
  return { since, requests, lastUsedAt: times.length > 0 ? new Date(Math.max(...times)) : null }
}

async function keyedRequests({ database }: Registry, client: string, since: Date): Promise<number> {
  const uses = await database.keyUses
    .find({ client, hour: { $gte: since } }, { requests: 1 })
    .lean<Pick<KeyUseDocument, 'requests'>[]>()
  return uses.reduce((sum, use) => sum + sumOf(use.requests), 0)
}

async function requestsOf({ database }: Registry, client: string, since: Date): Promise<number> {
  const uses = await database.requestUses
    .find({ client, period: 'DAY', start: { $gte: since } }, { requests: 1 })
    .lean<Pick<RequestUseDocument, 'requests'>[]>()
  return uses.reduce((sum, { requests }) => sum + requests, 0)
}

function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}
