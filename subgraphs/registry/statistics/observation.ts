/** What a model answered, and what turned out to be true. */
export interface Observation {
  /** The score of the positive class, or the predicted quantity. */
  readonly score: number
  /** 1 for the positive class and 0 for the other; the true quantity of a regression. */
  readonly truth: number
}

/** How answers met the truth when a score at or above a threshold says yes. */
export interface Confusion {
  readonly truePositives: number
  readonly falsePositives: number
  readonly trueNegatives: number
  readonly falseNegatives: number
}

export function confusionOf(observations: Iterable<Observation>, threshold: number): Confusion {
  const counts = { truePositives: 0, falsePositives: 0, trueNegatives: 0, falseNegatives: 0 }
  for (const { score, truth } of observations) {
    const saidYes = score >= threshold
    if (truth === 1) counts[saidYes ? 'truePositives' : 'falseNegatives']++
    else counts[saidYes ? 'falsePositives' : 'trueNegatives']++
  }
  return counts
}
