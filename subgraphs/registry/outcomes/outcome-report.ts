import { timeOfId } from '../../../shared/prediction-log/chunk.js'

/** What a caller tells of one prediction. */
export interface OutcomeReport {
  readonly predictionId: string
  readonly value: number
  readonly label: string | null
  /** When it came true; now, when it is not told. */
  readonly time: Date | null
}

export const OUTCOME_STATUSES = [
  'RECORDED',
  'DUPLICATE',
  'CORRECTED',
  'UNKNOWN_PREDICTION',
  'FORBIDDEN',
  'BAD_USER_INPUT',
] as const

export type OutcomeStatus = (typeof OUTCOME_STATUSES)[number]

/** What became of one report. */
export interface OutcomeResult {
  readonly predictionId: string
  readonly status: OutcomeStatus
  /** What is wrong and what would be right; null where nothing is. */
  readonly message: string | null
}

/** An outcome counts for so long after its prediction. */
export const LATEST_DAYS = 90
const DAY_MS = 86_400_000
/** Clocks of those who tell outcomes may be ahead by this much. */
const CLOCK_SKEW_MS = 60_000
const LONGEST_LABEL = 200
const PREDICTION_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/** Why a report cannot be taken, before anything is looked up; undefined when it can. */
export function misfitOf({ predictionId, value, label, time }: OutcomeReport, now: number): string | undefined {
  if (!PREDICTION_ID.test(predictionId))
    return 'predictionId is none; expected the predictionId of an answer, a UUIDv7.'
  if (!Number.isFinite(value)) return 'value is not finite; expected a number.'
  if (label !== null && (label.length < 1 || label.length > LONGEST_LABEL)) {
    return `label has ${label.length} characters; expected 1 to ${LONGEST_LABEL}.`
  }
  const predictedAt = timeOfId(predictionId)
  if (now - predictedAt > LATEST_DAYS * DAY_MS) {
    return `The prediction is of ${new Date(predictedAt).toISOString()}; its outcome can be told for ${LATEST_DAYS} days.`
  }
  return time === null ? undefined : misfitTime(time.getTime(), predictedAt, now)
}

function misfitTime(time: number, predictedAt: number, now: number): string | undefined {
  if (time >= predictedAt - CLOCK_SKEW_MS && time <= now + CLOCK_SKEW_MS) return undefined
  const expected = `a time from ${new Date(predictedAt).toISOString()}, when it was predicted, to now`
  return `time is ${Number.isNaN(time) ? 'none' : new Date(time).toISOString()}; expected ${expected}.`
}
