import { InputType, ObjectType } from 'type-graphql'
import { Feature, Output } from '../../shared/contract/index.js'
import { defineModel, defineSubgraph, Prediction } from '../../shared/serving/index.js'

@InputType({ description: 'A picture of one handwritten digit, dark on light or light on dark.' })
export class DigitImage {
  @Feature({ image: { width: 8, height: 8, channels: 1, scale: 16, invert: 'auto', crop: 'content' } })
  image!: string | number[]
}

@ObjectType({ implements: Prediction, description: 'The digit that a picture shows.' })
export class DigitReading extends Prediction {
  @Output({ description: 'Probability of each digit, 0 to 9.', tensor: 'probabilities', length: 10, min: 0, max: 1 })
  probabilities!: number[]

  @Output({
    description: 'The most probable digit.',
    type: 'int',
    min: 0,
    max: 9,
    from: ({ probabilities }: DigitReading) => probabilities.indexOf(Math.max(...probabilities)),
  })
  digit!: number
}

export const subgraph = defineSubgraph({
  name: 'vision',
  models: [
    defineModel({
      name: 'digit-reader',
      description: 'Reads one handwritten digit, scanned or drawn.',
      input: DigitImage,
      output: DigitReading,
      responseTimeMs: 100,
      cacheable: true,
    }),
  ],
})
