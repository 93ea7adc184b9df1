import 'reflect-metadata'
import { Directive, Field, Float, ID, ObjectType, registerEnumType } from 'type-graphql'

export enum Diagnosis {
  MALIGNANT = 'MALIGNANT',
  BENIGN = 'BENIGN',
}

registerEnumType(Diagnosis, { name: 'Diagnosis', description: 'What the mass turned out to be.' })

/** A record of the Wisconsin diagnostic data (Street, Wolberg and Mangasarian 1993): real, and made anonymous. */
@Directive('@key(fields: "id")')
@ObjectType({
  description:
    'A patient with a breast mass: thirty measurements of the cell nuclei in a fine-needle aspirate, in units of the scan.',
})
export class Patient {
  @Field(() => ID, { description: 'From "1" to "569".' })
  id!: string

  @Field(() => Float, { description: 'Distance from the centre to the outline: mean over the nuclei.' })
  radiusMean!: number

  @Field(() => Float, { description: 'Standard deviation of grey levels: mean over the nuclei.' })
  textureMean!: number

  @Field(() => Float, { description: 'Perimeter: mean over the nuclei.' })
  perimeterMean!: number

  @Field(() => Float, { description: 'Area: mean over the nuclei.' })
  areaMean!: number

  @Field(() => Float, { description: 'Local variation of the radius: mean over the nuclei.' })
  smoothnessMean!: number

  @Field(() => Float, { description: 'Perimeter squared over area, less one: mean over the nuclei.' })
  compactnessMean!: number

  @Field(() => Float, { description: 'Severity of concave parts of the outline: mean over the nuclei.' })
  concavityMean!: number

  @Field(() => Float, { description: 'Share of concave parts of the outline: mean over the nuclei.' })
  concavePointsMean!: number

  @Field(() => Float, { description: 'Asymmetry across the longest axis: mean over the nuclei.' })
  symmetryMean!: number

  @Field(() => Float, { description: 'Coastline approximation of the outline, less one: mean over the nuclei.' })
  fractalDimensionMean!: number

  @Field(() => Float, { description: 'Distance from the centre to the outline: standard error over the nuclei.' })
  radiusError!: number

  @Field(() => Float, { description: 'Standard deviation of grey levels: standard error over the nuclei.' })
  textureError!: number

  @Field(() => Float, { description: 'Perimeter: standard error over the nuclei.' })
  perimeterError!: number

  @Field(() => Float, { description: 'Area: standard error over the nuclei.' })
  areaError!: number

  @Field(() => Float, { description: 'Local variation of the radius: standard error over the nuclei.' })
  smoothnessError!: number

  @Field(() => Float, { description: 'Perimeter squared over area, less one: standard error over the nuclei.' })
  compactnessError!: number

  @Field(() => Float, { description: 'Severity of concave parts of the outline: standard error over the nuclei.' })
  concavityError!: number

  @Field(() => Float, { description: 'Share of concave parts of the outline: standard error over the nuclei.' })
  concavePointsError!: number

  @Field(() => Float, { description: 'Asymmetry across the longest axis: standard error over the nuclei.' })
  symmetryError!: number

  @Field(() => Float, {
    description: 'Coastline approximation of the outline, less one: standard error over the nuclei.',
  })
  fractalDimensionError!: number

  @Field(() => Float, { description: 'Distance from the centre to the outline: mean of the three largest values.' })
  radiusWorst!: number

  @Field(() => Float, { description: 'Standard deviation of grey levels: mean of the three largest values.' })
  textureWorst!: number

  @Field(() => Float, { description: 'Perimeter: mean of the three largest values.' })
  perimeterWorst!: number

  @Field(() => Float, { description: 'Area: mean of the three largest values.' })
  areaWorst!: number

  @Field(() => Float, { description: 'Local variation of the radius: mean of the three largest values.' })
  smoothnessWorst!: number

  @Field(() => Float, { description: 'Perimeter squared over area, less one: mean of the three largest values.' })
  compactnessWorst!: number

  @Field(() => Float, { description: 'Severity of concave parts of the outline: mean of the three largest values.' })
  concavityWorst!: number

  @Field(() => Float, { description: 'Share of concave parts of the outline: mean of the three largest values.' })
  concavePointsWorst!: number

  @Field(() => Float, { description: 'Asymmetry across the longest axis: mean of the three largest values.' })
  symmetryWorst!: number

  @Field(() => Float, {
    description: 'Coastline approximation of the outline, less one: mean of the three largest values.',
  })
  fractalDimensionWorst!: number

  @Field(() => Diagnosis, { description: 'The diagnosis, confirmed later.' })
  diagnosis!: Diagnosis
}
