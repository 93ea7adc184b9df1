import { ArgsType, Field, GraphQLISODateTime, Int } from 'type-graphql'
import { type Dimension, LARGEST_TOP, type UsageQuery, usageQueryOf } from './usage-query.js'
import { UsageDimension, UsageFilterInput } from './usage-report-type.js'

/** What usage looks back when nobody says from when on. */
const DAY_MS = 86_400_000

/** Which usage is asked for, and how it is counted. */
@ArgsType()
export class UsageArgs {
  @Field(() => GraphQLISODateTime, { nullable: true, description: 'Inclusive.' })
  from?: Date | null

  @Field(() => GraphQLISODateTime, { nullable: true, description: 'Exclusive.' })
  to?: Date | null

  @Field(() => [UsageDimension], { defaultValue: [], description: 'At most 4.' })
  by!: Dimension[]

  @Field(() => UsageFilterInput, { nullable: true })
  filter?: UsageFilterInput | null

  @Field(() => Int, { defaultValue: 100, description: `Rows, at most ${LARGEST_TOP}.` })
  top!: number
}

/** The query that is asked for at `now`, in milliseconds since the epoch. Throws `BAD_USER_INPUT` for one that makes no sense. */
export function usageQueryIn({ from, to, by, filter, top }: UsageArgs, now: number): UsageQuery {
  const end = to ?? new Date(now + 1)
  const start = from ?? new Date(end.getTime() - DAY_MS)
  return usageQueryOf({ from: start, to: end, by: [...new Set(by)], filter: filter ?? {}, top })
}
