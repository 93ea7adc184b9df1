import { readFileSync } from 'node:fs'
import type { Interval } from '../estimate.js'
import type { Proportion } from '../proportion.js'

/** The values that `reference.py` computed with SciPy and scikit-learn. */
export interface Golden {
  readonly normal: {
    readonly cdf: readonly { readonly x: number; readonly value: number }[]
    readonly quantile: readonly { readonly p: number; readonly value: number }[]
  }
  readonly student: {
    readonly cdf: readonly { readonly t: number; readonly degrees: number; readonly value: number }[]
    readonly quantile: readonly { readonly p: number; readonly degrees: number; readonly value: number }[]
  }
  readonly incompleteBeta: readonly Record<'a' | 'b' | 'x' | 'value', number>[]
  readonly proportions: readonly {
    readonly a: Proportion
    readonly b: Proportion
    readonly confidence: number
    readonly wilson: readonly [Interval, Interval]
    readonly newcombe: Interval
    readonly test: { readonly chi2: number; readonly pValue: number } | null
  }[]
  readonly means: readonly {
    readonly a: readonly number[]
    readonly b: readonly number[]
    readonly confidence: number
    readonly mean: Interval
    readonly welch: Interval
    readonly degrees: number
    readonly test: { readonly statistic: number; readonly pValue: number }
  }[]
  readonly ranks: readonly Record<'n' | 'p' | 'confidence' | 'lower' | 'upper', number>[]
  readonly classifications: readonly (Sample & {
    readonly accuracy: number
    readonly precision: number
    readonly recall: number
    readonly conversionRate: number
    readonly rocAuc: number
    readonly delongVariance: number
    readonly rocAucInterval: Interval
  })[]
  readonly regressions: readonly (Sample & { readonly rmse: number; readonly interval: Interval })[]
}

interface Sample {
  readonly score: readonly number[]
  readonly truth: readonly number[]
  readonly confidence: number
}

export function readGolden(): Golden {
  return JSON.parse(readFileSync(new URL('./reference.golden.json', import.meta.url), 'utf8')) as Golden
}

/** How far a value is from the one expected, relative to it or to 1, whichever is larger. */
export function deviation(value: number | undefined, expected: number): number {
  if (value === expected) return 0
  return Math.abs((value ?? Number.NaN) - expected) / Math.max(1, Math.abs(expected))
}
