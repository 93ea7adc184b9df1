import { Field, Float, GraphQLISODateTime, Int, ObjectType, registerEnumType } from 'type-graphql'
import { type ConditionReport, VERDICTS, type Verdict } from '../gate/report.js'
import { CatalogueRead } from '../graph/access.js'
import { ConfidenceInterval } from '../graph/interval-type.js'
import { PageInfo } from '../graph/page.js'
import type { RolloutState as State } from './machine/rollout.js'
import type { RolloutRecord as RecordDocument } from './rollout-document.js'
import { GateCondition, RolloutShadow, RolloutState } from './rollout-type.js'

export const GateVerdict = Object.fromEntries(VERDICTS.map((verdict) => [verdict, verdict]))
registerEnumType(GateVerdict, { name: 'GateVerdict' })

@CatalogueRead()
@ObjectType()
export class CanaryShare {
  @Field(() => Int)
  version!: number

  @Field(() => Float, { description: 'Share of routing keys, in percent.' })
  weight!: number

  @Field(() => Int, { description: 'From 1.' })
  step!: number
}

@CatalogueRead()
@ObjectType({ description: 'What was live: which versions, with how much of the traffic.' })
export class TrafficSplit {
  @Field(() => RolloutState)
  state!: State

  @Field(() => Int)
  champion!: number

  @Field(() => CanaryShare, { nullable: true })
  canary!: CanaryShare | null

  @Field(() => [RolloutShadow])
  shadows!: readonly RolloutShadow[]

  @Field(() => Int, { nullable: true })
  fallback!: number | null
}

@CatalogueRead()
@ObjectType()
export class VersionFigure {
  @Field(() => Float)
  value!: number

  @Field(() => Int)
  sample!: number
}

@CatalogueRead()
@ObjectType({ description: 'What one condition of a gate saw, and what it made of it.' })
export class GateFigure extends GateCondition {
  @Field(() => VersionFigure, { nullable: true })
  champion!: VersionFigure | null

  @Field(() => VersionFigure, { nullable: true })
  canary!: VersionFigure | null

  @Field(() => Float, {
    nullable: true,
    description: "The canary's figure less the champion's, or that as a share of it.",
  })
  difference!: number | null

  @Field(() => ConfidenceInterval, { nullable: true, description: "Of the difference, or of the canary's figure." })
  interval!: ConfidenceInterval | null

  @Field(() => Float, { description: 'What the interval is held against, on its scale.' })
  limit!: number

  @Field(() => GateVerdict)
  verdict!: Verdict

  @Field(() => String, { description: 'One sentence with the numbers that decided.' })
  reason!: string
}

@CatalogueRead()
@ObjectType({ description: 'One change of a rollout: who, when, from what to what, why.' })
export class RolloutRecord {
  constructor(readonly document: RecordDocument) {}

  @Field(() => Int)
  get revision(): number {
    return this.document.revision
  }

  @Field(() => GraphQLISODateTime)
  get at(): Date {
    return this.document.at
  }

  @Field(() => String, { description: 'Name of the client, or `rollout` where it changed by itself.' })
  get by(): string {
    return this.document.by
  }

  @Field(() => String, { description: '`start`, `step`, `pause`, `resume`, `promote`, `rollBack`, `setChampion`, …' })
  get action(): string {
    return this.document.action
  }

  @Field(() => String)
  get reason(): string {
    return this.document.reason
  }

  @Field(() => TrafficSplit, { nullable: true, description: 'Null for the first.' })
  get from(): TrafficSplit | null {
    return this.document.from
  }

  @Field(() => TrafficSplit)
  get to(): TrafficSplit {
    return this.document.to
  }

  @Field(() => [GateFigure], { description: 'What the gate saw, where it decided.' })
  get figures(): readonly ConditionReport[] {
    return this.document.figures
  }
}

@CatalogueRead()
@ObjectType()
export class RolloutHistory {
  @Field(() => [RolloutRecord])
  nodes!: readonly RolloutRecord[]

  @Field(() => PageInfo)
  pageInfo!: PageInfo
}
