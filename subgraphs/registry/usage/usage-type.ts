import { Field, Float, GraphQLISODateTime, ObjectType, registerEnumType } from 'type-graphql'
import type { QuotaPeriod as Period } from '../../../shared/control/protocol.js'
import type { QuotaReading, UsageReading } from './read-usage.js'

export const QuotaPeriod = { HOUR: 'HOUR', DAY: 'DAY', MONTH: 'MONTH' } as const
registerEnumType(QuotaPeriod, { name: 'QuotaPeriod', description: 'A calendar period of UTC.' })

@ObjectType({ description: 'What a client has used of its quota.' })
export class QuotaState {
  constructor(private readonly reading: QuotaReading) {}

  @Field(() => Float, { description: 'Predictions that it may ask for in a period.' })
  get limit(): number {
    return this.reading.predictions
  }

  @Field(() => QuotaPeriod)
  get period(): Period {
    return this.reading.period
  }

  @Field(() => Float, { description: 'Predictions of this period, as gateways have told a few seconds ago.' })
  get used(): number {
    return this.reading.used
  }

  @Field(() => GraphQLISODateTime, { description: 'When the next period begins.' })
  get resetsAt(): Date {
    return this.reading.resetsAt
  }
}

@ObjectType({ description: 'What a client has asked in this calendar month (UTC).' })
export class ClientUsage {
  constructor(
    /** Id of the client. */
    readonly client: string,
    private readonly reading: UsageReading,
  ) {}

  @Field(() => GraphQLISODateTime, { description: 'When the month began.' })
  get since(): Date {
    return this.reading.since
  }

  @Field(() => Float, { description: 'With any of its keys, as gateways have told within the last minute.' })
  get requests(): number {
    return this.reading.requests
  }

  @Field(() => GraphQLISODateTime, {
    nullable: true,
    description: 'To the minute; null before the first, and for the holder of a token.',
  })
  get lastUsedAt(): Date | null {
    return this.reading.lastUsedAt
  }
}
