import { differenceOf, relativeDifferenceOf } from '../statistics/comparison.js'
import type { Comparison, Estimate } from '../statistics/estimate.js'
import { estimateFigure, type VersionFigures } from './figures.js'
import { type Gate, type GateCondition, worseningSign } from './gate.js'
import {
  type ConditionReport,
  figureOf,
  finiteOrNull,
  type GateReport,
  openIntervalOf,
  type Verdict,
} from './report.js'

export interface GateFigures {
  readonly champion: VersionFigures
  readonly canary: VersionFigures
}

/**
 * Holds a canary against its gate. A condition passes when its whole interval is on the good side of the bound (the
 * bound itself included) and fails when the whole interval is on the bad side; an interval that holds the bound, or a
 * sample below the minimum, is inconclusive. One failed condition fails the gate; else one that is inconclusive makes
 * the gate so.
 */
export function evaluateGate(gate: Gate, figures: GateFigures): GateReport {
  const conditions = gate.conditions.map((condition) => evaluateCondition(condition, figures))
  return { verdict: worstOf(conditions.map(({ verdict }) => verdict)), conditions }
}

/** Failure wins over everything, and what is not known over success. */
function worstOf(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('FAIL')) return 'FAIL'
  return verdicts.length === 0 || verdicts.includes('INCONCLUSIVE') ? 'INCONCLUSIVE' : 'PASS'
}

function evaluateCondition(condition: GateCondition, figures: GateFigures): ConditionReport {
  const { measure, against } = condition
  const champion = estimateFigure(condition, figures.champion)
  const canary = estimateFigure(condition, figures.canary)
  const compared = compare(condition, champion, canary)
  return {
    ...condition,
    name: `${measure} against ${against}`,
    champion: figureOf(champion),
    canary: figureOf(canary),
    difference: against === 'ABSOLUTE' ? null : finiteOrNull(compared?.value),
    interval: compared ? openIntervalOf(compared.interval) : null,
    limit: limitOf(condition),
    ...decide(condition, { champion, canary, compared }),
  }
}

interface Evidence {
  readonly champion: Estimate | undefined
  readonly canary: Estimate | undefined
  /** On the scale of the bound. */
  readonly compared: Comparison | undefined
}

function compare({ against }: GateCondition, champion?: Estimate, canary?: Estimate): Comparison | undefined {
  if (!canary || against === 'ABSOLUTE') return canary
  if (!champion) return undefined
  return against === 'CHAMPION' ? differenceOf(canary, champion) : relativeDifferenceOf(canary, champion)
}

function limitOf({ measure, against, bound }: GateCondition): number {
  return against === 'ABSOLUTE' ? bound : worseningSign(measure) * bound
}

function decide(condition: GateCondition, evidence: Evidence): { verdict: Verdict; reason: string } {
  const missing = whatIsMissing(condition, evidence)
  if (missing !== undefined) return { verdict: 'INCONCLUSIVE', reason: missing }
  const { interval } = evidence.compared!
  const verdict = verdictOf(interval, limitOf(condition), worseningSign(condition.measure))
  return { verdict, reason: reasonOf(condition, evidence.compared!, verdict) }
}

/** A limit that is not a number on either side decides nothing. */
function verdictOf({ lower, upper }: Comparison['interval'], limit: number, sign: 1 | -1): Verdict {
  const [best, worst] = sign === 1 ? [lower, upper] : [-upper, -lower]
  if (worst <= sign * limit) return 'PASS'
  return best > sign * limit ? 'FAIL' : 'INCONCLUSIVE'
}

function whatIsMissing(condition: GateCondition, { champion, canary, compared }: Evidence): string | undefined {
  const sides = { canary, ...(condition.against === 'ABSOLUTE' ? {} : { champion }) }
  for (const [side, estimate] of Object.entries(sides)) {
    const sample = estimate?.sample ?? 0
    if (sample < condition.minimumSample) {
      return `Too few observations: the ${side} has ${sample} of at least ${condition.minimumSample}.`
    }
  }
  return compared ? undefined : "The champion's figure is 0, and nothing can be told as a share of it."
}

const READINGS: Record<Verdict, string> = {
  PASS: 'all of it is on the good side of',
  FAIL: 'all of it is on the bad side of',
  INCONCLUSIVE: 'it holds',
}

function reasonOf(condition: GateCondition, { value, interval }: Comparison, verdict: Verdict): string {
  const subject = condition.against === 'ABSOLUTE' ? 'The figure' : 'The difference'
  const range = `${written(interval.lower)} to ${written(interval.upper)} at ${written(condition.confidence * 100)} %`
  return `${subject} is ${written(value)}, with an interval of ${range}; ${READINGS[verdict]} ${written(limitOf(condition))}.`
}

function written(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? 'no upper limit' : 'no lower limit'
  return String(Number(value.toPrecision(4)))
}
