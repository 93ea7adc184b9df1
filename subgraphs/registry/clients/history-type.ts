import { GraphQLJSON } from 'graphql-scalars'
import { Field, GraphQLISODateTime, Int, ObjectType } from 'type-graphql'
import { PageInfo } from '../graph/page.js'

@ObjectType({ description: 'One change of a client.' })
export class ClientRecord {
  @Field(() => Int)
  revision!: number

  @Field(() => GraphQLISODateTime)
  at!: Date

  @Field(() => String, { description: 'Name of the client that made the change.' })
  by!: string

  @Field(() => String, { description: '`create`, `approveGrant`, `rotateKey`, `setLimits`, …' })
  action!: string

  @Field(() => String, { nullable: true })
  reason!: string | null

  @Field(() => GraphQLJSON, { description: 'What it was about: a scope, the prefix of a key, the limits.' })
  details!: unknown
}

@ObjectType()
export class ClientHistory {
  @Field(() => [ClientRecord])
  nodes!: readonly ClientRecord[]

  @Field(() => PageInfo)
  pageInfo!: PageInfo
}
