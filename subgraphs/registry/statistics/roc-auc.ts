import { type Estimate, tailOf } from './estimate.js'
import { momentsOf } from './mean.js'
import { normalQuantile } from './normal.js'
import type { Observation } from './observation.js'
import { estimateProportion } from './proportion.js'

/**
 * The area under the ROC curve with its interval: the probability that a positive scores above a negative, ties counting
 * half. Undefined below two of either class. Variance by E. R. DeLong, D. M. DeLong & D. L. Clarke-Pearson, Biometrics
 * 44, 1988, in the O(n log n) form of X. Sun & W. Xu, IEEE Signal Processing Letters 21(11), 2014; the interval is
 * symmetric on the logit scale, so that it stays between 0 and 1 (M. S. Pepe, “The Statistical Evaluation of Medical
 * Tests”, 2003, §5.2).
 *
 * Where the classes are perfectly separated that variance is 0 and says nothing. Then the interval is Wilson's for as
 * many observations as the smaller class has: no AUC varies more than A(1 − A)/min(m, n) (Z. W. Birnbaum & O. M. Klose,
 * Annals of Mathematical Statistics 28, 1957).
 */
export function estimateRocAuc(observations: readonly Observation[], confidence: number): Estimate | undefined {
  const { positives, negatives } = placements(observations)
  const smaller = Math.min(positives.length, negatives.length)
  if (smaller < 2) return undefined
  const { mean: value } = momentsOf(positives)
  const variance = varianceOfMean(positives) + varianceOfMean(negatives)
  const separated = estimateProportion({ count: value * smaller, total: smaller }, confidence)!.interval
  const interval = variance > 0 && value > 0 && value < 1 ? logitInterval(value, variance, confidence) : separated
  return { value, interval, sample: observations.length }
}

/** DeLong's variance of the AUC; 0 where nothing varies. Two of either class at least. */
export function delongVariance(observations: readonly Observation[]): number {
  const { positives, negatives } = placements(observations)
  return varianceOfMean(positives) + varianceOfMean(negatives)
}

interface Placements {
  /** For each positive, the share of negatives it scores above. */
  readonly positives: readonly number[]
  /** For each negative, the share of positives that score above it. */
  readonly negatives: readonly number[]
}

function placements(observations: readonly Observation[]): Placements {
  const positives = observations.filter(({ truth }) => truth === 1).map(({ score }) => score)
  const negatives = observations.filter(({ truth }) => truth !== 1).map(({ score }) => score)
  const all = midranks([...positives, ...negatives])
  const [among, amongNegatives] = [midranks(positives), midranks(negatives)]
  const [m, n] = [positives.length, negatives.length]
  return {
    positives: among.map((rank, i) => (all[i]! - rank) / n),
    negatives: amongNegatives.map((rank, j) => 1 - (all[m + j]! - rank) / m),
  }
}

/** The rank of each value from 1 on; equal values share the middle of their ranks. */
function midranks(values: readonly number[]): number[] {
  const order = values.map((value, place) => ({ value, place })).sort((a, b) => a.value - b.value)
  const ranks = new Array<number>(values.length)
  for (let start = 0; start < order.length; ) {
    let end = start
    while (end < order.length && order[end]!.value === order[start]!.value) end++
    for (let i = start; i < end; i++) ranks[order[i]!.place] = (start + end + 1) / 2
    start = end
  }
  return ranks
}

function varianceOfMean(values: readonly number[]): number {
  const { count, squares } = momentsOf(values)
  return squares / (count - 1) / count
}

function logitInterval(value: number, variance: number, confidence: number) {
  const centre = Math.log(value / (1 - value))
  const half = (-normalQuantile(tailOf(confidence)) * Math.sqrt(variance)) / (value * (1 - value))
  return { lower: 1 / (1 + Math.exp(half - centre)), upper: 1 / (1 + Math.exp(-half - centre)) }
}
