import { InputType } from 'type-graphql'
import { Feature } from '../../shared/contract/index.js'

const SEX = { categories: ['CODE_1', 'CODE_2'], enumType: 'SexCode' }

/** The features of `disease-progression`, in tensor-column order (Efron et al. 2004). */
@InputType({ description: 'Ten baseline measurements of a diabetes patient.' })
export class DiabetesBaseline {
  @Feature({ unit: 'years', min: 0, max: 120, example: 59 }) age!: number

  @Feature({ description: 'As coded in the published data, which does not say which code is which.', ...SEX })
  sex!: string

  @Feature({ unit: 'kg/m²', min: 10, max: 100, example: 32.1 }) bodyMassIndex!: number

  @Feature({ description: 'Mean arterial pressure.', unit: 'mmHg', min: 30, max: 250, example: 101 })
  bloodPressure!: number

  @Feature({ description: 'In serum.', unit: 'mg/dL', min: 0, max: 1_000, example: 157 }) totalCholesterol!: number

  @Feature({ description: 'In serum.', unit: 'mg/dL', min: 0, max: 1_000, example: 93.2 })
  lowDensityLipoproteins!: number

  @Feature({ description: 'In serum.', unit: 'mg/dL', min: 0, max: 500, example: 38 }) highDensityLipoproteins!: number

  @Feature({ description: 'Total cholesterol over high-density lipoproteins.', min: 0, max: 50, example: 4 })
  cholesterolRatio!: number

  @Feature({ description: 'Logarithm of serum triglycerides.', min: 0, max: 10, example: 4.86 })
  logTriglycerides!: number

  @Feature({ description: 'Blood sugar.', unit: 'mg/dL', min: 0, max: 1_000, example: 87 }) glucose!: number
}
