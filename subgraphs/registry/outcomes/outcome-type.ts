import { Field, Float, GraphQLISODateTime, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql'
import { openIntervalOf } from '../gate/report.js'
import { ConfidenceInterval } from '../graph/interval-type.js'
import type { Comparison, Estimate } from '../statistics/estimate.js'
import { OUTCOME_METRICS, type OutcomeMetric } from '../statistics/outcome-metric.js'
import { COMPARISON_VERDICTS, type ComparisonVerdict } from './compare-versions.js'
import { OUTCOME_STATUSES, type OutcomeStatus } from './outcome-report.js'

export const OutcomeMetricEnum = enumOf(OUTCOME_METRICS)
const OutcomeStatusEnum = enumOf(OUTCOME_STATUSES)
const ComparisonVerdictEnum = enumOf(COMPARISON_VERDICTS)

registerEnumType(OutcomeMetricEnum, {
  name: 'OutcomeMetric',
  description: 'What outcomes say of a version. All but RMSE are better when higher.',
})
registerEnumType(OutcomeStatusEnum, {
  name: 'OutcomeStatus',
  description: 'What became of a told outcome.',
  valuesConfig: {
    DUPLICATE: { description: 'The same value and label were told before; nothing changed.' },
    CORRECTED: { description: 'Another value or label was told before, and is kept in the history.' },
    UNKNOWN_PREDICTION: { description: 'Not recorded, no longer, or not yet.' },
    FORBIDDEN: { description: "Another client's prediction." },
  },
})
registerEnumType(ComparisonVerdictEnum, {
  name: 'ComparisonVerdict',
  description: 'A version is better when the whole interval of the difference says so.',
})

@InputType({ description: 'The truth about a prediction.' })
export class OutcomeInput {
  @Field(() => ID)
  predictionId!: string

  @Field(() => Float, {
    description: 'Above 0 for the positive class or a conversion, 0 for none; the true quantity of a regression.',
  })
  value!: number

  @Field(() => GraphQLISODateTime, { nullable: true, description: 'When it came true; now, when left out.' })
  time?: Date | null

  @Field(() => String, { nullable: true, description: 'The true category, where the model predicts one.' })
  label?: string | null
}

@ObjectType({ description: 'What became of a told outcome.' })
export class OutcomeResult {
  @Field(() => ID)
  predictionId!: string

  @Field(() => OutcomeStatusEnum)
  status!: OutcomeStatus

  @Field(() => String, { nullable: true, description: 'What is wrong, and what would be right.' })
  message!: string | null
}

@InputType({ description: 'Predictions from a time (inclusive) to another (exclusive).' })
export class TimeWindowInput {
  @Field(() => GraphQLISODateTime)
  from!: Date

  @Field(() => GraphQLISODateTime)
  to!: Date
}

@ObjectType({ description: 'A metric of one version, as its outcomes tell it.' })
export class OutcomeReading {
  @Field(() => Int)
  version!: number

  @Field(() => Int, {
    description: 'Outcomes it rests on; for precision, what was predicted positive, for recall, what is.',
  })
  sample!: number

  @Field(() => Float, { nullable: true, description: 'Null where the outcomes say too little.' })
  value!: number | null

  @Field(() => ConfidenceInterval, { nullable: true })
  interval!: ConfidenceInterval | null
}

@ObjectType({ description: 'Two versions side by side.' })
export class OutcomeComparison {
  @Field(() => OutcomeMetricEnum)
  metric!: OutcomeMetric

  @Field(() => OutcomeReading)
  a!: OutcomeReading

  @Field(() => OutcomeReading)
  b!: OutcomeReading

  @Field(() => Float, { nullable: true, description: 'a − b.' })
  difference!: number | null

  @Field(() => ConfidenceInterval, { nullable: true, description: 'Of the difference.' })
  interval!: ConfidenceInterval | null

  @Field(() => ComparisonVerdictEnum)
  verdict!: ComparisonVerdict
}

export function readingOf(version: number, estimate: Estimate | undefined): OutcomeReading {
  const { value = null, sample = 0 } = estimate ?? {}
  return { version, sample, value, interval: intervalOf(estimate) }
}

export function intervalOf(comparison: Comparison | undefined): ConfidenceInterval | null {
  return comparison ? openIntervalOf(comparison.interval) : null
}

function enumOf<Name extends string>(names: readonly Name[]): { readonly [Each in Name]: Each } {
  return Object.fromEntries(names.map((name) => [name, name])) as { [Each in Name]: Each }
}
