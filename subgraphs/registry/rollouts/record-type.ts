import { Field, Float, GraphQLISODateTime, Int, ObjectType, registerEnumType } from 'type-graphql'
import { CatalogueRead } from '../graph/access.js'
import { PageInfo } from '../graph/page.js'
import type { GateFigure as Figure, Verdict } from './gate-figures.js'
import type { GateMeasure } from './machine/gate-declaration.js'
import type { RolloutState as State } from './machine/rollout.js'
import type { RolloutRecord as RecordDocument } from './rollout-document.js'
import { Measure, RolloutShadow, RolloutState } from './rollout-type.js'

export const GateVerdict = { PASS: 'PASS', FAIL: 'FAIL', INCONCLUSIVE: 'INCONCLUSIVE' }
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
@ObjectType({ description: 'What one condition of a gate saw.' })
export class GateFigure implements Figure {
  @Field(() => Measure)
  measure!: GateMeasure

  @Field(() => GateVerdict)
  verdict!: Verdict

  @Field(() => Float, { nullable: true })
  champion!: number | null

  @Field(() => Float, { nullable: true })
  canary!: number | null

  @Field(() => Int)
  championSample!: number

  @Field(() => Int)
  canarySample!: number

  @Field(() => [Float], {
    nullable: true,
    description: 'Confidence interval of canary minus champion, or of the canary.',
  })
  interval!: readonly [number, number] | null
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
  get figures(): readonly GateFigure[] {
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
