import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countLatencies } from '../../../shared/telemetry/latency-counts.js'
import { OUTCOME_METRICS } from '../statistics/outcome-metric.js'
import { evaluateGate } from './evaluate-gate.js'
import { NO_FIGURES, type VersionFigures } from './figures.js'
import { GATE_MEASURES, GATE_SCALES, type GateCondition } from './gate.js'

const conversion: GateCondition = {
  measure: 'CONVERSION_RATE',
  against: 'CHAMPION_SHARE',
  bound: 0.02,
  minimumSample: 1_000,
  confidence: 0.95,
}
const errors: GateCondition = { ...conversion, measure: 'ERROR_RATE', against: 'CHAMPION', bound: 0.01 }
const p99: GateCondition = { ...conversion, measure: 'P99_LATENCY', against: 'CHAMPION', bound: 10, minimumSample: 100 }

describe('a canary of 5 % that goes back if conversion drops by 2 %', () => {
  const champion = converting(19_000, 190_000)

  it('fails when conversion has dropped by more for sure', () => {
    const { verdict, conditions } = evaluateGate(
      { conditions: [conversion] },
      { champion, canary: converting(850, 10_000) },
    )
    expect(verdict).toBe('FAIL')
    expect(conditions[0]).toMatchObject({
      name: 'CONVERSION_RATE against CHAMPION_SHARE',
      champion: { value: 0.1, sample: 190_000 },
      canary: { value: 0.085, sample: 10_000 },
      limit: -0.02,
      verdict: 'FAIL',
    })
    expect(conditions[0]!.difference).toBeCloseTo(-0.15, 10)
    expect(conditions[0]!.interval!.upper!).toBeLessThan(-0.02)
    expect(conditions[0]!.reason).toMatch(
      /^The difference is -0\.15, .* at 95 %; all of it is on the bad side of -0\.02\.$/,
    )
  })

  it('repeats what was declared, the decision threshold included', () => {
    const declared = { ...conversion, measure: 'PRECISION', decisionThreshold: 0.7 } as const
    const [report] = evaluateGate({ conditions: [declared] }, { champion, canary: NO_FIGURES }).conditions
    expect(report).toMatchObject(declared)
  })

  it('passes when conversion has not dropped, for sure', () => {
    expect(verdictOf(conversion, { champion, canary: converting(1_100, 10_000) })).toBe('PASS')
  })

  it('stays undecided while the interval holds the bound', () => {
    expect(verdictOf(conversion, { champion, canary: converting(980, 10_000) })).toBe('INCONCLUSIVE')
  })

  it('means two points of conversion when the bound is a difference', () => {
    const points: GateCondition = { ...conversion, against: 'CHAMPION' }
    expect(verdictOf(points, { champion, canary: converting(850, 10_000) })).toBe('INCONCLUSIVE')
    expect(verdictOf(points, { champion, canary: converting(700, 10_000) })).toBe('FAIL')
    expect(verdictOf(points, { champion, canary: converting(980, 10_000) })).toBe('PASS')
  })
})

describe('a gate', () => {
  it('fails a canary that throws, one that answers nothing valid, and one that is 50 ms slower', () => {
    const champion = serving({ rows: 20_000, errors: 10, ms: 5 })
    const invalid: GateCondition = { ...errors, measure: 'INVALID_PREDICTION_RATE', against: 'ABSOLUTE' }
    expect(verdictOf(errors, { champion, canary: serving({ rows: 1_000, errors: 200, ms: 5 }) })).toBe('FAIL')
    expect(
      verdictOf(invalid, { champion, canary: { ...serving({ rows: 1_000, errors: 0, ms: 5 }), invalid: 1_000 } }),
    ).toBe('FAIL')
    expect(verdictOf(p99, { champion, canary: serving({ rows: 1_000, errors: 0, ms: 55 }) })).toBe('FAIL')
    const equal = { champion, canary: serving({ rows: 1_000, errors: 0, ms: 5 }) }
    expect(evaluateGate({ conditions: [errors, invalid, p99] }, equal).verdict).toBe('PASS')
  })

  it('fails by one condition, whatever the others say', () => {
    const champion = serving({ rows: 20_000, errors: 10, ms: 5 })
    const canary = serving({ rows: 1_000, errors: 300, ms: 5 })
    const { verdict, conditions } = evaluateGate({ conditions: [p99, conversion, errors] }, { champion, canary })
    expect(conditions.map((condition) => condition.verdict)).toEqual(['PASS', 'INCONCLUSIVE', 'FAIL'])
    expect(verdict).toBe('FAIL')
    expect(evaluateGate({ conditions: [p99, conversion] }, { champion, canary }).verdict).toBe('INCONCLUSIVE')
  })

  it('decides nothing on a sample below the minimum, however clear it looks, and says which side is short', () => {
    const champion = converting(19_000, 190_000)
    const few = evaluateGate({ conditions: [conversion] }, { champion, canary: converting(0, 999) })
    expect([few.verdict, few.conditions[0]!.reason]).toEqual([
      'INCONCLUSIVE',
      'Too few observations: the canary has 999 of at least 1000.',
    ])
    const alone = evaluateGate({ conditions: [conversion] }, { champion: NO_FIGURES, canary: champion })
    expect(alone.conditions[0]!.reason).toContain('the champion has 0')
  })

  it('needs no champion for an absolute bound', () => {
    const absolute: GateCondition = { ...conversion, against: 'ABSOLUTE', bound: 0.05 }
    expect(verdictOf(absolute, { champion: NO_FIGURES, canary: converting(1_000, 10_000) })).toBe('PASS')
    expect(verdictOf(absolute, { champion: NO_FIGURES, canary: converting(300, 10_000) })).toBe('FAIL')
  })

  it('says so when nothing can be a share of the champion', () => {
    const figures = { champion: converting(0, 5_000), canary: converting(50, 5_000) }
    expect(evaluateGate({ conditions: [conversion] }, figures).conditions[0]).toMatchObject({
      verdict: 'INCONCLUSIVE',
      difference: null,
      interval: null,
      reason: "The champion's figure is 0, and nothing can be told as a share of it.",
    })
  })

  it('can fail a slow tail before it could pass a fast one', () => {
    const champion = serving({ rows: 20_000, errors: 0, ms: 5 })
    const few = (ms: number) => ({ champion, canary: serving({ rows: 200, errors: 0, ms }) })
    expect(verdictOf(p99, few(55))).toBe('FAIL')
    const fast = evaluateGate({ conditions: [p99] }, few(5))
    expect([fast.verdict, fast.conditions[0]!.interval!.upper]).toEqual(['INCONCLUSIVE', null])
  })

  it('answers every measure on every scale with numbers that survive JSON', () => {
    const figures = { champion: mixed(0.8), canary: mixed(0.6) }
    for (const measure of GATE_MEASURES) {
      for (const against of GATE_SCALES) {
        const report = evaluateGate({ conditions: [{ ...conversion, measure, against, minimumSample: 10 }] }, figures)
        expect(JSON.parse(JSON.stringify(report)), `${measure} ${against}`).toEqual(report)
        expect(report.conditions[0]!.canary, `${measure} ${against}`).not.toBeNull()
      }
    }
  })

  it('never turns from fail to pass as the canary gets worse, nor while the bound gets stricter', () => {
    const rank = { FAIL: 0, INCONCLUSIVE: 1, PASS: 2 }
    const count = fc.integer({ min: 0, max: 5_000 })
    const bound = fc.double({ min: -0.5, max: 0.5, noNaN: true })
    fc.assert(
      fc.property(count, count, count, bound, bound, (before, one, other, b, c) => {
        const champion = converting(before, 5_000)
        const [worse, better] = [Math.min(one, other), Math.max(one, other)].map((k) => converting(k, 5_000))
        const verdict = (canary: VersionFigures, limit: number) =>
          rank[verdictOf({ ...conversion, against: 'CHAMPION', bound: limit }, { champion, canary })]
        expect(verdict(worse!, b)).toBeLessThanOrEqual(verdict(better!, b))
        expect(verdict(better!, Math.min(b, c))).toBeLessThanOrEqual(verdict(better!, Math.max(b, c)))
      }),
    )
  })

  it('fails a canary that is exactly as bad as allowed about as rarely as its confidence says', () => {
    const random = generator(7)
    const condition: GateCondition = { ...errors, bound: 0.02, minimumSample: 1 }
    let failed = 0
    for (let trial = 0; trial < 4_000; trial++) {
      const champion = { ...NO_FIGURES, rows: 500, errors: drawn(500, 0.1, random) }
      const canary = { ...NO_FIGURES, rows: 500, errors: drawn(500, 0.12, random) }
      if (verdictOf(condition, { champion, canary }) === 'FAIL') failed++
    }
    // 2.5 % of 4,000 are 100, with a standard deviation of 10.
    expect(failed).toBeGreaterThan(60)
    expect(failed).toBeLessThan(140)
  })
})

function verdictOf(condition: GateCondition, figures: { champion: VersionFigures; canary: VersionFigures }) {
  return evaluateGate({ conditions: [condition] }, figures).verdict
}

function converting(conversions: number, total: number): VersionFigures {
  const observations = Array.from({ length: total }, (_, i) => ({ score: 0.5, truth: i < conversions ? 1 : 0 }))
  return { ...NO_FIGURES, observations: { CONVERSION_RATE: observations } }
}

function serving({ rows, errors, ms }: { rows: number; errors: number; ms: number }): VersionFigures {
  const latencies = countLatencies(Array.from({ length: rows }, (_, i) => ms + (i % 50) / 50))
  return { ...NO_FIGURES, rows, errors, latencies }
}

/** Figures for every measure; the score is right with this probability, roughly. */
function mixed(right: number): VersionFigures {
  const observations = Array.from({ length: 500 }, (_, i) => {
    const truth = i % 2
    return { score: (i * 7) % 100 < right * 100 ? 0.1 + 0.8 * truth : 0.9 - 0.8 * truth, truth }
  })
  return {
    ...serving({ rows: 1_000, errors: 20, ms: 8 }),
    invalid: 5,
    observations: Object.fromEntries(OUTCOME_METRICS.map((metric) => [metric, observations])),
  }
}

/** Marsaglia's xorshift32: the same numbers in every run. */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

function drawn(trials: number, probability: number, random: () => number): number {
  let count = 0
  for (let trial = 0; trial < trials; trial++) if (random() < probability) count++
  return count
}
