import { Field, Float, InputType, Int } from 'type-graphql'
import type { GateMeasure, GateScale } from '../gate/gate.js'
import { Measure, Scale } from './rollout-type.js'

@InputType()
export class RolloutStepInput {
  @Field(() => Float, { description: 'Share of routing keys, in percent: 0 to 100, more than in the step before.' })
  weight!: number

  @Field(() => Int, { description: 'How long it lasts at least.' })
  durationMs!: number
}

@InputType()
export class GateConditionInput {
  @Field(() => Measure)
  measure!: GateMeasure

  @Field(() => Scale, { defaultValue: 'CHAMPION' })
  against!: GateScale

  @Field(() => Float, {
    description: "In the measure's unit: how much worse than the champion, or the worst there may be.",
  })
  bound!: number

  @Field(() => Int, { defaultValue: 100 })
  minimumSample!: number

  @Field(() => Float, { defaultValue: 0.95 })
  confidence!: number

  @Field(() => Float, {
    nullable: true,
    description: 'A score at or above it says yes, for accuracy, precision and recall; 0.5 when left out.',
  })
  decisionThreshold?: number | null
}

@InputType()
export class GateInput {
  @Field(() => [GateConditionInput])
  conditions!: GateConditionInput[]

  @Field(() => Int, { description: 'How often it is evaluated.', defaultValue: 60_000 })
  intervalMs!: number

  @Field(() => Int, { description: 'Failures in a row that roll back.', defaultValue: 3 })
  threshold!: number
}

@InputType()
export class StartRolloutInput {
  @Field(() => Int, { description: 'The version on trial.' })
  version!: number

  @Field(() => [RolloutStepInput])
  steps!: RolloutStepInput[]

  @Field(() => GateInput, { nullable: true, description: 'Without one, steps end by time alone.' })
  gate?: GateInput | null
}

@InputType()
export class RolloutShadowInput {
  @Field(() => Int)
  version!: number

  @Field(() => Float, { description: 'Share of rows, in percent, above 0 to 100.' })
  sample!: number
}
