import { GraphQLJSON } from 'graphql-scalars'
import { Ctx, Field, Float, GraphQLISODateTime, ID, Int, ObjectType } from 'type-graphql'
import { PredictionsRead } from '../graph/access.js'
import type { RegistryContext } from '../graph/context.js'
import { cursorOf, PageInfo } from '../graph/page.js'
import { versionId } from '../versions/version-document.js'
import { ModelVersion } from '../versions/version-type.js'
import type { RecordedPrediction as Recorded } from './recorded-prediction.js'
import type { PredictionPage } from './recorded-predictions.js'

@PredictionsRead()
@ObjectType({
  description: 'A row that was asked for, as it was recorded: what came, what was answered, by whom, to whom.',
})
export class RecordedPrediction {
  constructor(private readonly recorded: Recorded) {}

  @Field(() => ID, { description: 'The `predictionId` of the answer. A row that failed has one here only.' })
  get id(): string {
    return this.recorded.id
  }

  @Field(() => GraphQLISODateTime)
  get time(): Date {
    return this.recorded.time
  }

  @Field(() => String)
  get environment(): string {
    return this.recorded.environment
  }

  @Field(() => String, { description: 'Name of the client application.' })
  get client(): string {
    return this.recorded.client
  }

  @Field(() => String, { nullable: true, description: 'Name of the operation, where the client gave it one.' })
  get operation(): string | null {
    return this.recorded.operation
  }

  @Field(() => String, { description: 'Names the request in the logs of every process.' })
  get requestId(): string {
    return this.recorded.requestId
  }

  @Field(() => String, {
    nullable: true,
    description: 'W3C trace id of the request, 32 hex digits; null where it belonged to no trace.',
  })
  get traceId(): string | null {
    return this.recorded.traceId
  }

  @Field(() => String, { description: 'Name of the model.' })
  get model(): string {
    return this.recorded.model
  }

  @Field(() => ModelVersion, {
    nullable: true,
    description: 'The version that answered or failed, with all that it comes from; null where none was found.',
  })
  async servedBy(@Ctx() { loaders }: RegistryContext): Promise<ModelVersion | null> {
    const { model, version } = this.recorded
    const document = version === null ? undefined : await loaders.versions.load(versionId(model, version))
    return document ? new ModelVersion(document) : null
  }

  @Field(() => String, { nullable: true, description: '`CHAMPION`, `CANARY`, `PINNED`, `FALLBACK`, `SHADOW`.' })
  get route(): string | null {
    return this.recorded.route
  }

  @Field(() => Int, { nullable: true, description: 'Revision of the rollout that routed it.' })
  get rolloutRevision(): number | null {
    return this.recorded.revision
  }

  @Field(() => GraphQLJSON, {
    description: 'By feature. Sensitive ones read `[redacted]`, images are their sha-256, long texts are cut.',
  })
  get inputs(): unknown {
    return this.recorded.inputs
  }

  @Field(() => GraphQLJSON, { nullable: true, description: 'By output; null when it failed.' })
  get outputs(): unknown {
    return this.recorded.outputs
  }

  @Field(() => String, { nullable: true, description: 'Code of the error it ended in.' })
  get errorCode(): string | null {
    return this.recorded.error
  }

  @Field(() => Float, { description: 'Time of its call at the subgraph, in milliseconds.' })
  get latencyMs(): number {
    return this.recorded.latencyMs
  }

  @Field(() => Float, {
    nullable: true,
    description: 'Of the latency, what its call waited for a run, in milliseconds; 0 when none of its rows was run.',
  })
  get queueMs(): number {
    return this.recorded.queueMs
  }

  @Field(() => Float, {
    nullable: true,
    description: 'Of the latency, what the run of its call took, in milliseconds; 0 when none of its rows was run.',
  })
  get runMs(): number {
    return this.recorded.runMs
  }

  @Field(() => ID, {
    nullable: true,
    description: 'Where a shadow ran the row, which answers nobody: the `predictionId` that was answered.',
  })
  get shadowOf(): string | null {
    return this.recorded.shadowOf
  }
}

@PredictionsRead()
@ObjectType({ description: 'A page of recorded predictions, the newest first.' })
export class RecordedPredictionConnection {
  @Field(() => [RecordedPrediction])
  nodes!: RecordedPrediction[]

  @Field(() => PageInfo)
  pageInfo!: PageInfo
}

export function connectionOf({ predictions, hasNext }: PredictionPage): RecordedPredictionConnection {
  const last = predictions.at(-1)
  return {
    nodes: predictions.map((recorded) => new RecordedPrediction(recorded)),
    pageInfo: { hasNextPage: hasNext, endCursor: last ? cursorOf(last.id) : null },
  }
}
