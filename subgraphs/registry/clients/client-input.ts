import { Field, GraphQLISODateTime, InputType } from 'type-graphql'
import type { Criticality as CriticalityName } from '../../../shared/identity/claims.js'
import { DEFAULT_KEY_DAYS, LONGEST_KEY_DAYS } from '../keys/expiry.js'
import { Criticality } from './client-type.js'

@InputType()
export class CreateClientInput {
  @Field(() => String, { description: 'Lower case with hyphens; never changes.' })
  name!: string

  @Field(() => String, { description: 'Who answers for it: a person or a team.' })
  owner!: string

  @Field(() => String, { nullable: true, description: 'A team that the caller acts for, whose publishers act for it.' })
  team?: string | null

  @Field(() => String, { nullable: true, description: 'Where its people are reached.' })
  contact?: string | null

  @Field(() => String, { description: 'What it asks the graph for.' })
  useCase!: string

  @Field(() => [String], {
    defaultValue: [],
    description:
      '`predict:fraud-detector`, `catalogue:read`, `publish:fraud`, `admin`… Granted where the caller decides on them, asked for otherwise.',
  })
  scopes!: string[]

  @Field(() => GraphQLISODateTime, {
    nullable: true,
    description: `When its key expires: in ${DEFAULT_KEY_DAYS} days when left out, at most ${LONGEST_KEY_DAYS} days away.`,
  })
  keyExpiresAt?: Date | null
}

@InputType({ description: 'What is left out stays as it is.' })
export class UpdateClientInput {
  @Field(() => String, { nullable: true })
  owner?: string | null

  @Field(() => String, { nullable: true, description: 'A team that the caller acts for; null takes the team away.' })
  team?: string | null

  @Field(() => String, { nullable: true })
  contact?: string | null

  @Field(() => String, { nullable: true })
  useCase?: string | null

  @Field(() => Criticality, { nullable: true, description: 'Set by admins.' })
  criticality?: CriticalityName | null
}
