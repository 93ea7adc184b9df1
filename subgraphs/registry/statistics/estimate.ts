/** A confidence interval, both ends included. An end that the sample cannot give is infinite. */
export interface Interval {
  readonly lower: number
  readonly upper: number
}

/** What a sample says of one quantity. The interval always holds the value. */
export interface Estimate {
  readonly value: number
  readonly interval: Interval
  /** Observations it rests on. */
  readonly sample: number
}

/** A quantity of two independent samples: their difference or their ratio. */
export type Comparison = Omit<Estimate, 'sample'>

/** Of a test that two samples do not differ. */
export interface TestResult {
  readonly statistic: number
  /** Two-sided. */
  readonly pValue: number
}

/** Throws a RangeError for what is no confidence level: above 0 and below 1, as 0.95. */
export function requireConfidence(confidence: number): void {
  if (!(confidence > 0 && confidence < 1)) {
    throw new RangeError(`A confidence level is above 0 and below 1, not ${confidence}.`)
  }
}

/** The probability left out at each end of a two-sided interval: 0.025 for a confidence of 0.95. */
export function tailOf(confidence: number): number {
  requireConfidence(confidence)
  return (1 - confidence) / 2
}
