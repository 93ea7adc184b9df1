import { Field, Float, GraphQLISODateTime, Int, ObjectType, registerEnumType } from 'type-graphql'
import type { QuotaPeriod as Period } from '../../../shared/control/protocol.js'
import { QuotaPeriod } from '../usage/usage-type.js'

export const AllowedOperations = { ANY: 'ANY', SAFELISTED: 'SAFELISTED' } as const
registerEnumType(AllowedOperations, {
  name: 'AllowedOperations',
  description: '`SAFELISTED` refuses what the client has not registered.',
})

@ObjectType({ description: 'So many a second in the long run, and so many at once after a rest.' })
export class Rate {
  @Field(() => Float)
  perSecond!: number

  @Field(() => Int)
  burst!: number
}

@ObjectType()
export class ModelRate {
  @Field(() => String)
  model!: string

  @Field(() => Rate, { description: 'In predictions.' })
  rate!: Rate
}

@ObjectType()
export class Quota {
  @Field(() => Float, { description: 'Rows that may be asked for in a period.' })
  predictions!: number

  @Field(() => QuotaPeriod)
  period!: Period
}

@ObjectType({ description: 'How much a client may ask.' })
export class ClientLimits {
  @Field(() => Rate, { nullable: true, description: "In operations; null is the gateway's default." })
  rate!: Rate | null

  @Field(() => [ModelRate], { description: 'Rates of single models, beside it.' })
  models!: readonly ModelRate[]

  @Field(() => Quota, { nullable: true, description: 'Null is none.' })
  quota!: Quota | null
}

@ObjectType({ description: 'What a client may send, and from where.' })
export class DeliveryPolicy {
  @Field(() => AllowedOperations)
  operations!: 'ANY' | 'SAFELISTED'

  @Field(() => Boolean, { description: 'Whether it may ask for the schema.' })
  introspection!: boolean

  @Field(() => [String], { description: 'Where pages that send its keys may come from; empty is anywhere.' })
  origins!: readonly string[]

  @Field(() => [String], { description: 'Networks (CIDR) that it may call from; empty is anywhere.' })
  networks!: readonly string[]

  @Field(() => [String], { description: 'Coordinates that it may not ask, whatever its scopes. Set by admins.' })
  deniedFields!: readonly string[]
}

@ObjectType()
export class SafelistedOperation {
  @Field(() => String, { description: 'Of its text, in lower-case hex.' })
  sha256!: string

  @Field(() => String)
  name!: string

  @Field(() => GraphQLISODateTime)
  at!: Date

  @Field(() => String, { description: 'Name of the client that registered it.' })
  by!: string
}

@ObjectType({ description: 'The operations that a client has registered.' })
export class Safelist {
  @Field(() => Int, { description: 'Counts the changes of the list.' })
  version!: number

  @Field(() => [SafelistedOperation])
  operations!: readonly SafelistedOperation[]
}
