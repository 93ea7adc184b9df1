import { ObjectType } from 'type-graphql'
import { Output } from '../../shared/contract/index.js'
import { defineModel, defineSubgraph, Prediction } from '../../shared/serving/index.js'
import { DiabetesBaseline } from './diabetes-baseline.js'
import { MassMeasurements } from './mass-measurements.js'

@ObjectType({ implements: Prediction, description: 'How likely a breast mass is malignant. Not a medical device.' })
export class MalignancyRisk extends Prediction {
  @Output({
    description: 'Probability that the mass is malignant.',
    tensor: 'probabilities',
    column: 1,
    min: 0,
    max: 1,
  })
  probability!: number
}

@ObjectType({ implements: Prediction, description: 'How far diabetes will have progressed. Not a medical device.' })
export class DiseaseProgression extends Prediction {
  @Output({
    description: 'Progression one year after the baseline, on the scale of the study: from 25 to 346 in its patients.',
    tensor: 'progression',
  })
  progression!: number
}

export const subgraph = defineSubgraph({
  name: 'diagnostics',
  models: [
    defineModel({
      name: 'malignancy-risk',
      description: 'Probability that a breast mass is malignant, from measurements of its cell nuclei.',
      input: MassMeasurements,
      output: MalignancyRisk,
      responseTimeMs: 50,
      entity: { type: 'Patient', key: 'id', field: 'malignancyRisk' },
    }),
    defineModel({
      name: 'disease-progression',
      description: 'Progression of diabetes one year after ten baseline measurements.',
      input: DiabetesBaseline,
      output: DiseaseProgression,
      responseTimeMs: 50,
    }),
  ],
})
