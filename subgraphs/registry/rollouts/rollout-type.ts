import { Ctx, Field, Float, GraphQLISODateTime, ID, Int, ObjectType, registerEnumType } from 'type-graphql'
import { GATE_MEASURES, GATE_SCALES, type GateMeasure, type GateScale } from '../gate/gate.js'
import { CatalogueRead } from '../graph/access.js'
import type { RegistryContext } from '../graph/context.js'
import { versionId } from '../versions/version-document.js'
import { ModelVersion } from '../versions/version-type.js'
import { type Canary, ROLLOUT_STATES, type RolloutState as State, weightOf } from './machine/rollout.js'
import { findLiveReplicas } from './replicas.js'
import type { StoredRollout } from './rollout-document.js'

export const RolloutState = Object.fromEntries(ROLLOUT_STATES.map((state) => [state, state]))
registerEnumType(RolloutState, {
  name: 'RolloutState',
  description: 'Where a rollout stands. In `STEADY`, `PROMOTED` and `ROLLED_BACK` the champion takes all traffic.',
})

export const Measure = Object.fromEntries(GATE_MEASURES.map((measure) => [measure, measure]))
registerEnumType(Measure, {
  name: 'GateMeasure',
  description: 'What a gate can look at. Rates are from 0 to 1, latencies in ms.',
})

export const Scale = Object.fromEntries(GATE_SCALES.map((scale) => [scale, scale]))
registerEnumType(Scale, {
  name: 'GateScale',
  description:
    "What a bound is held against: the difference to the champion's figure, that as a share of it, or the canary's figure itself.",
})

@CatalogueRead()
@ObjectType()
export class RolloutStep {
  @Field(() => Float, { description: 'Share of routing keys, in percent, 0 to 100.' })
  weight!: number

  @Field(() => Int, { description: 'How long it lasts at least.' })
  durationMs!: number
}

@CatalogueRead()
@ObjectType()
export class GateCondition {
  @Field(() => Measure)
  measure!: GateMeasure

  @Field(() => Scale)
  against!: GateScale

  @Field(() => Float, {
    description: "In the measure's unit: how much worse than the champion, or the worst there may be.",
  })
  bound!: number

  @Field(() => Int, { description: 'Predictions, or outcomes, that each side needs before there is a verdict.' })
  minimumSample!: number

  @Field(() => Float)
  confidence!: number

  @Field(() => Float, { nullable: true, description: 'A score at or above it says yes; 0.5 when null.' })
  decisionThreshold?: number
}

@CatalogueRead()
@ObjectType({ description: 'What must hold for a canary to go on.' })
export class Gate {
  @Field(() => [GateCondition])
  conditions!: readonly GateCondition[]

  @Field(() => Int, { description: 'How often it is evaluated.' })
  intervalMs!: number

  @Field(() => Int, { description: 'Failures in a row that roll back.' })
  threshold!: number
}

@CatalogueRead()
@ObjectType({ description: 'A version on trial, and how it goes on.' })
export class RolloutCanary {
  constructor(
    readonly model: string,
    readonly canary: Canary,
    readonly share: number,
  ) {}

  @Field(() => ModelVersion, { nullable: true })
  async version(@Ctx() { loaders }: RegistryContext): Promise<ModelVersion | null> {
    const version = await loaders.versions.load(versionId(this.model, this.canary.version))
    return version ? new ModelVersion(version) : null
  }

  @Field(() => Float, { description: 'Share of routing keys that it has now, in percent; 0 until it is admitted.' })
  get weight(): number {
    return this.share
  }

  @Field(() => Boolean, { description: 'Whether every live replica had it ready, so that it gets traffic.' })
  get admitted(): boolean {
    return this.canary.admitted
  }

  @Field(() => Int, { description: 'The current step, from 1.' })
  get step(): number {
    return this.canary.step + 1
  }

  @Field(() => [RolloutStep])
  get steps(): readonly RolloutStep[] {
    return this.canary.steps
  }

  @Field(() => GraphQLISODateTime, { description: 'When the current step began to count.' })
  get since(): Date {
    return new Date(this.canary.since)
  }

  @Field(() => Gate, { nullable: true })
  get gate(): Gate | null {
    return this.canary.gate
  }

  @Field(() => Int, { description: 'How often in a row the gate has failed.' })
  get failures(): number {
    return this.canary.failures
  }
}

@CatalogueRead()
@ObjectType({ description: 'A version that runs on a sample of the rows and answers nobody.' })
export class RolloutShadow {
  @Field(() => Int)
  version!: number

  @Field(() => Float, { description: 'Share of rows, in percent, above 0 to 100.' })
  sample!: number
}

@CatalogueRead()
@ObjectType()
export class FailedVersion {
  @Field(() => Int)
  version!: number

  @Field(() => String)
  reason!: string
}

@CatalogueRead()
@ObjectType({ description: 'A process that serves the model, and what it has loaded.' })
export class RolloutReplica {
  @Field(() => ID)
  replica!: string

  @Field(() => Int, { description: 'Of the rollout that it follows.' })
  revision!: number

  @Field(() => [Int])
  ready!: readonly number[]

  @Field(() => [FailedVersion])
  failed!: readonly FailedVersion[]

  @Field(() => GraphQLISODateTime)
  heardAt!: Date
}

@CatalogueRead()
@ObjectType({ description: 'How the traffic of a model is shared among its versions in this environment.' })
export class Rollout {
  constructor(
    readonly name: string,
    readonly stored: StoredRollout,
  ) {}

  @Field(() => String)
  get model(): string {
    return this.name
  }

  @Field(() => Int, { description: 'Counts the changes from 1; pass it on with the next.' })
  get revision(): number {
    return this.stored.revision
  }

  @Field(() => RolloutState)
  get state(): State {
    return this.stored.state
  }

  @Field(() => String, { description: 'Of the last change.' })
  get reason(): string {
    return this.stored.last.reason
  }

  @Field(() => GraphQLISODateTime)
  get changedAt(): Date {
    return this.stored.last.at
  }

  @Field(() => String, { description: 'Name of the client, or `rollout` where it changed by itself.' })
  get changedBy(): string {
    return this.stored.last.by
  }

  @Field(() => Int, { description: 'The version that answers whatever the rest does not take.' })
  get champion(): number {
    return this.stored.champion
  }

  @Field(() => RolloutCanary, { nullable: true })
  get canary(): RolloutCanary | null {
    return this.stored.canary && new RolloutCanary(this.name, this.stored.canary, weightOf(this.stored))
  }

  @Field(() => [RolloutShadow])
  get shadows(): readonly RolloutShadow[] {
    return this.stored.shadows
  }

  @Field(() => Int, { nullable: true, description: 'Answers where a version fails; the champion, when null.' })
  get fallback(): number | null {
    return this.stored.fallback
  }

  @Field(() => [RolloutReplica], { description: 'The replicas that were heard of lately.' })
  replicas(@Ctx() { registry }: RegistryContext): Promise<readonly RolloutReplica[]> {
    return findLiveReplicas(registry, this.name)
  }
}
