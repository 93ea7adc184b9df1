import { ObjectType } from 'type-graphql'
import { Output } from '../../shared/contract/index.js'
import { defineModel, defineSubgraph, Prediction } from '../../shared/serving/index.js'
import { Payment } from './payment.js'

/** The decision that costs least in expectation; training/README.md derives the thresholds. */
const DECISIONS = ['APPROVE', 'REVIEW', 'DECLINE'] as const
const REVIEW_FROM = 0.04
const DECLINE_FROM = 0.85

@ObjectType({
  implements: Prediction,
  description: 'How likely a payment is fraudulent, by a model trained on synthetic payments.',
})
export class FraudScore extends Prediction {
  @Output({ description: 'Probability that it is fraudulent.', tensor: 'probabilities', column: 1, min: 0, max: 1 })
  probability!: number

  @Output({
    description: `APPROVE below a probability of ${REVIEW_FROM}, REVIEW from ${REVIEW_FROM}, DECLINE from ${DECLINE_FROM}.`,
    categories: DECISIONS,
    enumType: 'FraudDecision',
    from: ({ probability }: FraudScore) => decide(probability),
  })
  decision!: (typeof DECISIONS)[number]
}

function decide(probability: number): (typeof DECISIONS)[number] {
  if (probability >= DECLINE_FROM) return 'DECLINE'
  return probability >= REVIEW_FROM ? 'REVIEW' : 'APPROVE'
}

export const subgraph = defineSubgraph({
  name: 'fraud',
  models: [
    defineModel({
      name: 'fraud-detector',
      description: 'Probability that a card payment is fraudulent. Trained on synthetic payments.',
      input: Payment,
      output: FraudScore,
      responseTimeMs: 100,
    }),
  ],
})
