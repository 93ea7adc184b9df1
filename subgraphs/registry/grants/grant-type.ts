import { Field, GraphQLISODateTime, ID, ObjectType, registerEnumType } from 'type-graphql'
import { GRANT_STATES, type GrantRecord, type GrantState as State } from './grant-record.js'

export const GrantState = Object.fromEntries(GRANT_STATES.map((state) => [state, state]))
registerEnumType(GrantState, { name: 'GrantState', description: 'What became of a scope that was asked for.' })

@ObjectType({ description: 'Who said what, and when.' })
export class GrantStatement {
  @Field(() => String, { description: 'Name of the client.' })
  by!: string

  @Field(() => GraphQLISODateTime)
  at!: Date

  @Field(() => String)
  reason!: string
}

@ObjectType({ description: 'A scope that a client asked for, and what became of it.' })
export class Grant {
  constructor(private readonly record: GrantRecord) {}

  @Field(() => ID)
  get id(): string {
    return this.record.id
  }

  @Field(() => String, { description: '`predict:fraud-detector`, `catalogue:read`…' })
  get scope(): string {
    return this.record.scope
  }

  @Field(() => GrantState)
  get state(): State {
    return this.record.state
  }

  @Field(() => GrantStatement)
  get asked(): GrantStatement {
    return this.record.asked
  }

  @Field(() => GrantStatement, { nullable: true, description: 'Null while it is `REQUESTED`.' })
  get decided(): GrantStatement | null {
    return this.record.decided
  }
}

@ObjectType({ description: 'A grant that waits for a decision of the caller.' })
export class GrantRequest {
  @Field(() => String, { description: 'Name of the client.' })
  client!: string

  @Field(() => String, { description: 'Who answers for the client.' })
  owner!: string

  @Field(() => String, { description: 'Where its people are reached.' })
  contact!: string

  @Field(() => String, { description: 'What the client asks the graph for.' })
  useCase!: string

  @Field(() => Grant)
  grant!: Grant
}
