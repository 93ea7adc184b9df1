import { wrongInput } from '../clients/wrong-input.js'
import { KEPT_DAYS, type UsePeriod } from './request-use-document.js'

export const DIMENSIONS = ['CLIENT', 'OPERATION', 'FIELD', 'MODEL', 'VERSION', 'TEAM', 'HOUR', 'DAY'] as const
export type Dimension = (typeof DIMENSIONS)[number]

/** Which uses are counted; what is left out restricts nothing. */
export interface UsageFilter {
  /** Name of the client. */
  readonly client?: string | null | undefined
  /** Hash or name of the operation. */
  readonly operation?: string | null | undefined
  readonly field?: string | null | undefined
  readonly model?: string | null | undefined
  readonly version?: number | null | undefined
  readonly team?: string | null | undefined
}

export interface UsageRequest {
  readonly from: Date
  readonly to: Date
  readonly by: readonly Dimension[]
  readonly filter: UsageFilter
  readonly top: number
}

/** A request that makes sense, and where its answer is read. */
export interface UsageQuery extends UsageRequest {
  readonly period: UsePeriod
  /** `REQUESTS` counts requests and the predictions in them, `PREDICTIONS` what models answered. */
  readonly source: 'REQUESTS' | 'PREDICTIONS'
}

export const LARGEST_TOP = 1_000
const MOST_DIMENSIONS = 4
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Windows longer than this are read by the day. */
const LONGEST_BY_HOUR_MS = 3 * DAY_MS

/** The query of a request, its window widened to whole hours or days. Throws `BAD_USER_INPUT` for one that makes no sense. */
export function usageQueryOf(request: UsageRequest): UsageQuery {
  const { by, filter, top } = request
  if (!(top >= 1 && top <= LARGEST_TOP)) throw wrongInput('top', `a whole number from 1 to ${LARGEST_TOP}`, top)
  if (by.length > MOST_DIMENSIONS) throw wrongInput('by', `at most ${MOST_DIMENSIONS} of them`, by)
  const ofModels = by.some(isOfModels) || [filter.model, filter.version, filter.team].some((value) => value != null)
  if (ofModels && by.includes('FIELD')) throw wrongInput('by', 'FIELD without MODEL, VERSION or TEAM', by)
  return { ...request, ...windowOf(request), source: ofModels ? 'PREDICTIONS' : 'REQUESTS' }
}

function isOfModels(dimension: Dimension): boolean {
  return dimension === 'MODEL' || dimension === 'VERSION' || dimension === 'TEAM'
}

function windowOf({ from, to, by }: UsageRequest): Pick<UsageQuery, 'from' | 'to' | 'period'> {
  const span = to.getTime() - from.getTime()
  const byHour = by.includes('HOUR') || span <= LONGEST_BY_HOUR_MS
  const longest = KEPT_DAYS[byHour ? 'HOUR' : 'DAY']
  if (!(span > 0 && span <= longest * DAY_MS)) {
    throw wrongInput('to', `a time after from, at most ${longest} days later${byHour ? ' by the hour' : ''}`, to)
  }
  const unit = byHour ? HOUR_MS : DAY_MS
  return {
    period: byHour ? 'HOUR' : 'DAY',
    from: new Date(Math.floor(from.getTime() / unit) * unit),
    to: new Date(Math.ceil(to.getTime() / unit) * unit),
  }
}
