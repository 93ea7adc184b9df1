import { Field, Float, GraphQLISODateTime, InputType, Int, ObjectType, registerEnumType } from 'type-graphql'
import { type LatencyCounts, latencyQuantile } from '../../../shared/telemetry/latency-counts.js'
import { DIMENSIONS, type UsageFilter } from './usage-query.js'
import type { UsageAnswer } from './usage-report.js'
import type { CountedRow, RowKey, UsageCounts } from './usage-rows.js'

export const UsageDimension = Object.fromEntries(DIMENSIONS.map((name) => [name, name]))
registerEnumType(UsageDimension, {
  name: 'UsageDimension',
  description: 'By what usage is counted. VERSION brings its model with it; MODEL, VERSION and TEAM count predictions.',
})

@InputType({ description: 'Which usage is counted; what is left out restricts nothing.' })
export class UsageFilterInput implements UsageFilter {
  @Field(() => String, { nullable: true, description: 'Name of a client.' })
  client?: string | null

  @Field(() => String, { nullable: true, description: 'Hash or name of an operation.' })
  operation?: string | null

  @Field(() => String, { nullable: true, description: 'Coordinate of a field that the operation asks: `Query.model`.' })
  field?: string | null

  @Field(() => String, { nullable: true })
  model?: string | null

  @Field(() => Int, { nullable: true })
  version?: number | null

  @Field(() => String, { nullable: true, description: 'The team that owns the model.' })
  team?: string | null
}

@ObjectType({ description: 'How often an error code was answered.' })
export class UsageError {
  @Field(() => String, { description: 'A code of the errors table, or `ABORTED`: the client went away.' })
  code!: string

  @Field(() => Float)
  requests!: number
}

@ObjectType({ description: 'Quantiles of latencies in milliseconds, within 1 %.' })
export class UsageLatency {
  constructor(private readonly counts: LatencyCounts) {}

  @Field(() => Float, { nullable: true })
  get p50(): number | null {
    return latencyQuantile(this.counts, 0.5) ?? null
  }

  @Field(() => Float, { nullable: true })
  get p95(): number | null {
    return latencyQuantile(this.counts, 0.95) ?? null
  }

  @Field(() => Float, { nullable: true })
  get p99(): number | null {
    return latencyQuantile(this.counts, 0.99) ?? null
  }
}

@ObjectType({ description: 'An operation as clients send it, whatever values they put into it.' })
export class UsedOperation {
  @Field(() => String, {
    description:
      'sha-256 of the document; `none` for requests that were no valid operation, `other` for what a gateway had no room to count.',
  })
  hash!: string

  @Field(() => String, { nullable: true })
  name!: string | null

  @Field(() => String, { nullable: true, description: 'With values blanked; cut when it is long.' })
  document!: string | null
}

@ObjectType({ description: 'Usage by the dimensions that were asked for; the others are null.' })
export class UsageRow {
  constructor(
    readonly key: RowKey,
    private readonly counts: UsageCounts,
    private readonly countsRequests: boolean,
  ) {}

  static of({ key, counts }: CountedRow, countsRequests: boolean): UsageRow {
    return new UsageRow(key, counts, countsRequests)
  }

  @Field(() => String, { nullable: true, description: 'Coordinate of a field.' })
  get field(): string | null {
    return this.key.field ?? null
  }

  @Field(() => String, { nullable: true })
  get model(): string | null {
    return this.key.model ?? null
  }

  @Field(() => Int, { nullable: true })
  get version(): number | null {
    return this.key.version ?? null
  }

  @Field(() => String, { nullable: true, description: 'The team that owns the model.' })
  get team(): string | null {
    return this.key.team ?? null
  }

  @Field(() => GraphQLISODateTime, { nullable: true, description: 'When the hour or the day began, UTC.' })
  get start(): Date | null {
    return this.key.start ?? null
  }

  @Field(() => Float, { nullable: true, description: 'Null where predictions are what is counted.' })
  get requests(): number | null {
    return this.countsRequests ? this.counts.requests : null
  }

  @Field(() => Float, { nullable: true, description: 'Requests with an error in their answer, or without an answer.' })
  get failedRequests(): number | null {
    return this.countsRequests ? this.counts.failed : null
  }

  @Field(() => [UsageError], { description: 'The most frequent first. A request with two codes counts at both.' })
  get errors(): UsageError[] {
    return Object.entries(this.counts.codes)
      .map(([code, requests]) => ({ code, requests }))
      .sort((a, b) => b.requests - a.requests || (a.code < b.code ? -1 : 1))
  }

  @Field(() => Float, { description: 'Rows that were predicted, failed ones included; 0 by FIELD.' })
  get predictions(): number {
    return this.counts.predictions
  }

  @Field(() => Float)
  get failedPredictions(): number {
    return this.counts.failedPredictions
  }

  @Field(() => UsageLatency, {
    description: 'Of requests at the gateway; of its fetches where predictions are counted.',
  })
  get latency(): UsageLatency {
    return new UsageLatency(this.counts.latencies)
  }
}

@ObjectType({ description: 'What was used, as gateways have told a few seconds ago.' })
export class Usage {
  constructor(private readonly answer: UsageAnswer) {}

  @Field(() => GraphQLISODateTime, {
    description: 'Inclusive; the window is widened to whole hours, or to whole days.',
  })
  get from(): Date {
    return this.answer.query.from
  }

  @Field(() => GraphQLISODateTime, { description: 'Exclusive.' })
  get to(): Date {
    return this.answer.query.to
  }

  @Field(() => [UsageRow], {
    description: 'Those with the most requests, or predictions; in time where that is asked.',
  })
  get rows(): UsageRow[] {
    return this.answer.rows.map((row) => UsageRow.of(row, this.countsRequests))
  }

  @Field(() => Boolean, { description: 'Whether there are rows beyond `top`.' })
  get hasMore(): boolean {
    return this.answer.hasMore
  }

  @Field(() => UsageRow, { description: 'Of all rows together.' })
  get total(): UsageRow {
    return new UsageRow({}, this.answer.total, this.countsRequests)
  }

  private get countsRequests(): boolean {
    return this.answer.query.source === 'REQUESTS'
  }
}

@ObjectType({ description: 'A field of the supergraph that nobody has asked for lately.' })
export class UnusedField {
  @Field(() => String, { description: '`Query.model`' })
  coordinate!: string
}

@ObjectType({ description: 'A model that has predicted nothing lately.' })
export class UnusedModel {
  @Field(() => String)
  name!: string

  @Field(() => String)
  team!: string

  @Field(() => GraphQLISODateTime, {
    nullable: true,
    description: 'To the day; null for never, or longer ago than is kept.',
  })
  lastUsedAt!: Date | null
}
