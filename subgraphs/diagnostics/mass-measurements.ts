import { InputType } from 'type-graphql'
import { Feature } from '../../shared/contract/index.js'

/** The features of `malignancy-risk`, in tensor-column order (Street, Wolberg and Mangasarian 1993). */
@InputType({
  description:
    'Thirty measurements of the cell nuclei in a fine-needle aspirate of a breast mass, in units of the scan.',
})
export class MassMeasurements {
  @Feature({
    description: 'Distance from the centre to the outline: mean over the nuclei.',
    min: 0,
    max: 100,
    example: 17.99,
  })
  radiusMean!: number

  @Feature({
    description: 'Standard deviation of grey levels: mean over the nuclei.',
    min: 0,
    max: 255,
    example: 10.38,
  })
  textureMean!: number

  @Feature({ description: 'Perimeter: mean over the nuclei.', min: 0, max: 1000, example: 122.8 })
  perimeterMean!: number

  @Feature({ description: 'Area: mean over the nuclei.', min: 0, max: 50_000, example: 1001 }) areaMean!: number

  @Feature({ description: 'Local variation of the radius: mean over the nuclei.', min: 0, max: 1, example: 0.1184 })
  smoothnessMean!: number

  @Feature({
    description: 'Perimeter squared over area, less one: mean over the nuclei.',
    min: 0,
    max: 10,
    example: 0.2776,
  })
  compactnessMean!: number

  @Feature({
    description: 'Severity of concave parts of the outline: mean over the nuclei.',
    min: 0,
    max: 10,
    example: 0.3001,
  })
  concavityMean!: number

  @Feature({
    description: 'Share of concave parts of the outline: mean over the nuclei.',
    min: 0,
    max: 1,
    example: 0.1471,
  })
  concavePointsMean!: number

  @Feature({ description: 'Asymmetry across the longest axis: mean over the nuclei.', min: 0, max: 1, example: 0.2419 })
  symmetryMean!: number

  @Feature({
    description: 'Coastline approximation of the outline, less one: mean over the nuclei.',
    min: 0,
    max: 1,
    example: 0.07871,
  })
  fractalDimensionMean!: number

  @Feature({
    description: 'Distance from the centre to the outline: standard error over the nuclei.',
    min: 0,
    max: 100,
    example: 1.095,
  })
  radiusError!: number

  @Feature({
    description: 'Standard deviation of grey levels: standard error over the nuclei.',
    min: 0,
    max: 255,
    example: 0.9053,
  })
  textureError!: number

  @Feature({ description: 'Perimeter: standard error over the nuclei.', min: 0, max: 1000, example: 8.589 })
  perimeterError!: number

  @Feature({ description: 'Area: standard error over the nuclei.', min: 0, max: 50_000, example: 153.4 })
  areaError!: number

  @Feature({
    description: 'Local variation of the radius: standard error over the nuclei.',
    min: 0,
    max: 1,
    example: 0.006399,
  })
  smoothnessError!: number

  @Feature({
    description: 'Perimeter squared over area, less one: standard error over the nuclei.',
    min: 0,
    max: 10,
    example: 0.04904,
  })
  compactnessError!: number

  @Feature({
    description: 'Severity of concave parts of the outline: standard error over the nuclei.',
    min: 0,
    max: 10,
    example: 0.05373,
  })
  concavityError!: number

  @Feature({
    description: 'Share of concave parts of the outline: standard error over the nuclei.',
    min: 0,
    max: 1,
    example: 0.01587,
  })
  concavePointsError!: number

  @Feature({
    description: 'Asymmetry across the longest axis: standard error over the nuclei.',
    min: 0,
    max: 1,
    example: 0.03003,
  })
  symmetryError!: number

  @Feature({
    description: 'Coastline approximation of the outline, less one: standard error over the nuclei.',
    min: 0,
    max: 1,
    example: 0.006193,
  })
  fractalDimensionError!: number

  @Feature({
    description: 'Distance from the centre to the outline: mean of the three largest values.',
    min: 0,
    max: 100,
    example: 25.38,
  })
  radiusWorst!: number

  @Feature({
    description: 'Standard deviation of grey levels: mean of the three largest values.',
    min: 0,
    max: 255,
    example: 17.33,
  })
  textureWorst!: number

  @Feature({ description: 'Perimeter: mean of the three largest values.', min: 0, max: 1000, example: 184.6 })
  perimeterWorst!: number

  @Feature({ description: 'Area: mean of the three largest values.', min: 0, max: 50_000, example: 2019 })
  areaWorst!: number

  @Feature({
    description: 'Local variation of the radius: mean of the three largest values.',
    min: 0,
    max: 1,
    example: 0.1622,
  })
  smoothnessWorst!: number

  @Feature({
    description: 'Perimeter squared over area, less one: mean of the three largest values.',
    min: 0,
    max: 10,
    example: 0.6656,
  })
  compactnessWorst!: number

  @Feature({
    description: 'Severity of concave parts of the outline: mean of the three largest values.',
    min: 0,
    max: 10,
    example: 0.7119,
  })
  concavityWorst!: number

  @Feature({
    description: 'Share of concave parts of the outline: mean of the three largest values.',
    min: 0,
    max: 1,
    example: 0.2654,
  })
  concavePointsWorst!: number

  @Feature({
    description: 'Asymmetry across the longest axis: mean of the three largest values.',
    min: 0,
    max: 1,
    example: 0.4601,
  })
  symmetryWorst!: number

  @Feature({
    description: 'Coastline approximation of the outline, less one: mean of the three largest values.',
    min: 0,
    max: 1,
    example: 0.1189,
  })
  fractalDimensionWorst!: number
}
