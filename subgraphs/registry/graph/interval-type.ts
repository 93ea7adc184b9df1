import { Field, Float, ObjectType } from 'type-graphql'

@ObjectType({ description: 'A confidence interval; an end is null where the sample gives none.' })
export class ConfidenceInterval {
  @Field(() => Float, { nullable: true })
  lower!: number | null

  @Field(() => Float, { nullable: true })
  upper!: number | null
}
