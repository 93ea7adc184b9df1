import type { PredictionUse, RequestUse, UsageReport } from '../../../shared/control/usage.js'
import type { Registry } from '../registry.js'
import { type Addition, addOnce } from './count-once.js'
import { noteOperations } from './note-operations.js'
import { KEPT_DAYS, type UsePeriod } from './request-use-document.js'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** How long rollups are kept, in milliseconds. */
const KEPT_MS: Readonly<Record<UsePeriod, number>> = { HOUR: KEPT_DAYS.HOUR * DAY_MS, DAY: KEPT_DAYS.DAY * DAY_MS }
const LENGTH_MS: Readonly<Record<UsePeriod, number>> = { HOUR: HOUR_MS, DAY: DAY_MS }
const PERIODS = ['HOUR', 'DAY'] as const

/** Counts a gateway's report in the rollups by hour and by day. The same report again changes nothing. */
export async function recordUsage(registry: Pick<Registry, 'database' | 'now'>, report: UsageReport): Promise<void> {
  const { requests, predictions } = report
  const { database } = registry
  await noteOperations(registry, report, KEPT_MS.DAY)
  const requested = PERIODS.flatMap((period) => joined(requests.map((use) => requestAddition(use, period))))
  const predicted = PERIODS.flatMap((period) => joined(predictions.map((use) => predictionAddition(use, period))))
  await addOnce(database.requestUses, requested, report)
  await addOnce(database.predictionUses, predicted, report)
}

type Place = Pick<RequestUse, 'hour' | 'client' | 'operation'>

function requestAddition(use: RequestUse, period: UsePeriod): Addition {
  const { requests, failed, codes, latencies } = use
  const add = { requests, failed, ...under('codes', codes), ...under('latencies', latencies) }
  return { ...placed(use, period), add }
}

function predictionAddition(use: PredictionUse, period: UsePeriod): Addition {
  const { model, version, fetches, rows, failed, latencies } = use
  const { id, fixed } = placed(use, period)
  const add = { fetches, rows, failed, ...under('latencies', latencies) }
  return { id: `${id}/${model}/${version}`, fixed: { ...fixed, model, version }, add }
}

function placed({ hour, client, operation }: Place, period: UsePeriod): Pick<Addition, 'id' | 'fixed'> {
  const start = new Date(hour - (hour % LENGTH_MS[period]))
  const expiresAt = new Date(start.getTime() + LENGTH_MS[period] + KEPT_MS[period])
  return {
    id: `${period}/${start.toISOString()}/${encodeURIComponent(client)}/${operation}`,
    fixed: { period, start, client, operation, expiresAt },
  }
}

function under(field: string, counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).map(([key, count]) => [`${field}.${key}`, count]))
}

/** One addition for each document: two hours of a report may be of one day. */
function joined(additions: readonly Addition[]): Addition[] {
  const byId = new Map<string, Addition>()
  for (const addition of additions) {
    const known = byId.get(addition.id)
    byId.set(addition.id, known ? { ...known, add: sumOf(known.add, addition.add) } : addition)
  }
  return [...byId.values()]
}

function sumOf(a: Addition['add'], b: Addition['add']): Record<string, number> {
  const sum: Record<string, number> = { ...a }
  for (const [path, count] of Object.entries(b)) sum[path] = (sum[path] ?? 0) + count
  return sum
}
