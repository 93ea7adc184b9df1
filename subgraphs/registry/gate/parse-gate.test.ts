import { describe, expect, it } from 'vitest'
import { ModelgraphError } from '../../../shared/errors/modelgraph-error.js'
import { GATE_MEASURES, type GateMeasure, SERVING_MEASURES } from './gate.js'
import { parseGate } from './parse-gate.js'

const ALL = new Set<GateMeasure>(GATE_MEASURES)
const condition = { measure: 'ERROR_RATE', against: 'CHAMPION', bound: 0.01, minimumSample: 500, confidence: 0.99 }

describe('a declared gate', () => {
  it('is taken as it is, with defaults for what it leaves out', () => {
    const short = { measure: 'P99_LATENCY', against: 'ABSOLUTE', bound: 80 }
    expect(parseGate({ conditions: [condition, short] }, ALL)).toEqual({
      conditions: [condition, { ...short, minimumSample: 100, confidence: 0.95 }],
    })
  })

  it('is refused when nothing measures what it looks at', () => {
    const refused = refusal(
      { conditions: [condition, { ...condition, measure: 'ROC_AUC' }] },
      new Set(SERVING_MEASURES),
    )
    expect(refused.code).toBe('BAD_USER_INPUT')
    expect(refused.details).toEqual({
      path: 'gate.conditions.1.measure',
      expected: 'one of ERROR_RATE, INVALID_PREDICTION_RATE, P99_LATENCY',
      received: '"ROC_AUC"',
    })
    expect(refused.message).toContain('Nothing here measures ROC_AUC')
    expect(refusal({ conditions: [condition] }, new Set()).details.path).toBe('gate.conditions.0.measure')
  })

  it.each([
    ['gate', null],
    ['gate.conditions', {}],
    ['gate.conditions', { conditions: [] }],
    ['gate.conditions', { conditions: new Array(21).fill(condition) }],
    ['gate.conditions.0', { conditions: [{ ...condition, bounds: 1 }] }],
    ['gate.conditions.0.measure', { conditions: [{ ...condition, measure: 'VIBES' }] }],
    ['gate.conditions.0.against', { conditions: [{ ...condition, against: 'YESTERDAY' }] }],
    ['gate.conditions.0.bound', { conditions: [{ ...condition, bound: Number.NaN }] }],
    ['gate.conditions.0.bound', { conditions: [{ ...condition, bound: 2 }] }],
    ['gate.conditions.0.bound', { conditions: [{ ...condition, against: 'ABSOLUTE', bound: 5 }] }],
    ['gate.conditions.0.bound', { conditions: [{ ...condition, measure: 'RMSE', against: 'ABSOLUTE', bound: -1 }] }],
    ['gate.conditions.0.bound', { conditions: [{ ...condition, against: 'CHAMPION_SHARE', bound: -1 }] }],
    ['gate.conditions.0.minimumSample', { conditions: [{ ...condition, minimumSample: 0 }] }],
    ['gate.conditions.0.minimumSample', { conditions: [{ ...condition, minimumSample: 1.5 }] }],
    ['gate.conditions.0.confidence', { conditions: [{ ...condition, confidence: 1 }] }],
    ['gate.conditions.0.confidence', { conditions: [{ ...condition, confidence: 95 }] }],
  ])('is refused at %s when it does not fit: %j', (path, input) => {
    const { code, details } = refusal(input, ALL)
    expect([code, details.path]).toEqual(['BAD_USER_INPUT', path])
    expect(details.expected).toMatch(/^(a|an|one|1) /)
  })
})

function refusal(input: unknown, sources: ReadonlySet<GateMeasure>): ModelgraphError {
  try {
    parseGate(input, sources)
  } catch (error) {
    if (error instanceof ModelgraphError) return error
    throw error
  }
  throw new Error('The gate was taken.')
}
