import { z } from 'zod'
import { ModelgraphError } from '../../../shared/errors/modelgraph-error.js'
import { GATE_MEASURES, GATE_SCALES, type Gate, type GateCondition, type GateMeasure } from './gate.js'

const MOST_CONDITIONS = 20
const LARGEST_SAMPLE = 1_000_000_000

const finite = (expected: string) => z.number({ error: expected })

const condition = z.strictObject(
  {
    measure: z.enum(GATE_MEASURES, { error: `one of ${GATE_MEASURES.join(', ')}` }),
    against: z.enum(GATE_SCALES, { error: `one of ${GATE_SCALES.join(', ')}` }),
    bound: finite('a finite number'),
    minimumSample: z
      .int({ error: `a whole number from 1 to ${LARGEST_SAMPLE}` })
      .min(1, { error: `a whole number from 1 to ${LARGEST_SAMPLE}` })
      .max(LARGEST_SAMPLE, { error: `a whole number from 1 to ${LARGEST_SAMPLE}` })
      .default(100),
    confidence: finite('a number from 0.5 to 0.9999')
      .min(0.5, { error: 'a number from 0.5 to 0.9999' })
      .max(0.9999, { error: 'a number from 0.5 to 0.9999' })
      .default(0.95),
    decisionThreshold: finite('a finite number').exactOptional(),
  },
  { error: 'an object with measure, against, bound and, where wanted, minimumSample, confidence, decisionThreshold' },
)

const gate = z.object(
  {
    conditions: z
      .array(condition, { error: `a list of 1 to ${MOST_CONDITIONS} conditions` })
      .min(1, { error: `1 to ${MOST_CONDITIONS} conditions, since a gate without any decides nothing` })
      .max(MOST_CONDITIONS, { error: `1 to ${MOST_CONDITIONS} conditions` }),
  },
  { error: 'an object with conditions' },
)

/**
 * The gate that a caller declares; a minimum sample of 100 and a confidence of 0.95 where it says none. `sources` are
 * the measures for which there is data: a condition on any other could never be decided. Throws `BAD_USER_INPUT`.
 */
export function parseGate(input: unknown, sources: ReadonlySet<GateMeasure>, path = 'gate'): Gate {
  const parsed = gate.safeParse(input)
  if (!parsed.success) throw misfit([path, ...parsed.error.issues[0]!.path].join('.'), parsed.error.issues[0]!, input)
  for (const [place, each] of parsed.data.conditions.entries()) {
    const at = `${path}.conditions.${place}`
    requireSource(each.measure, sources, `${at}.measure`)
    requireReachable(each, `${at}.bound`)
  }
  return parsed.data
}

function requireSource(measure: GateMeasure, sources: ReadonlySet<GateMeasure>, path: string): void {
  if (sources.has(measure)) return
  const expected = sources.size > 0 ? `one of ${[...sources].join(', ')}` : 'no gate, since nothing is measured yet'
  throw badInput(path, expected, measure, `Nothing here measures ${measure}, so that the gate could never decide`)
}

const SHARES = new Set<GateMeasure>(GATE_MEASURES.filter((measure) => measure !== 'P99_LATENCY' && measure !== 'RMSE'))

/** Refuses a bound that no figure can cross, or that all do: it was meant in percent, or on another scale. */
function requireReachable({ measure, against, bound }: GateCondition, path: string): void {
  if (against === 'CHAMPION_SHARE' && !(bound > -1 && bound <= 10)) {
    throw badInput(path, 'a share above -1 and at most 10: 0.02 for 2 %', bound)
  }
  if (against === 'ABSOLUTE' && !(bound >= 0 && (bound <= 1 || !SHARES.has(measure)))) {
    throw badInput(path, SHARES.has(measure) ? 'a rate from 0 to 1' : 'a number not below 0', bound)
  }
  if (against === 'CHAMPION' && SHARES.has(measure) && !(Math.abs(bound) < 1)) {
    throw badInput(path, 'a difference of rates between -1 and 1: 0.02 for 2 points', bound)
  }
}

function misfit(path: string, issue: z.core.$ZodIssue, input: unknown): ModelgraphError {
  return badInput(path, issue.message, valueAt(input, issue.path))
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], input)
}

function badInput(
  path: string,
  expected: string,
  received: unknown,
  message = `${path} does not fit`,
): ModelgraphError {
  const text = (JSON.stringify(received) ?? 'nothing').slice(0, 80)
  const sentence = `${message}: expected ${expected}; received ${text}.`
  return new ModelgraphError('BAD_USER_INPUT', sentence, { path, expected, received: text })
}
