import { Field, GraphQLISODateTime, ID, ObjectType } from 'type-graphql'
import { scopesOf } from '../grants/grant-record.js'
import { AdminOnly } from '../graph/access.js'
import type { KeyRecord } from '../keys/key-record.js'
import type { ClientDocument } from './client-document.js'

@AdminOnly()
@ObjectType({ description: 'What is remembered of a key; never the key.' })
export class ApiKey {
  @Field(() => String, { description: 'Its first characters.' })
  prefix!: string

  @Field(() => GraphQLISODateTime)
  createdAt!: Date

  @Field(() => GraphQLISODateTime, { nullable: true })
  expiresAt!: Date | null

  @Field(() => GraphQLISODateTime, { nullable: true })
  revokedAt!: Date | null
}

@AdminOnly()
@ObjectType({ description: 'An application that calls the graph.' })
export class Client {
  constructor(private readonly document: ClientDocument) {}

  @Field(() => ID)
  get id(): string {
    return this.document._id
  }

  @Field(() => String)
  get name(): string {
    return this.document.name
  }

  @Field(() => String, { description: 'Who answers for it.' })
  get owner(): string {
    return this.document.owner
  }

  @Field(() => String)
  get useCase(): string {
    return this.document.useCase
  }

  @Field(() => [String])
  get scopes(): readonly string[] {
    return scopesOf(this.document.grants)
  }

  @Field(() => String)
  get environment(): string {
    return this.document.environment
  }

  @Field(() => [ApiKey])
  get keys(): readonly KeyRecord[] {
    return this.document.keys
  }

  @Field(() => GraphQLISODateTime)
  get createdAt(): Date {
    return this.document.createdAt
  }
}

@AdminOnly()
@ObjectType()
export class CreatedClient {
  @Field(() => Client)
  client!: Client

  @Field(() => String, { description: 'The key, shown this once; only its hash is kept.' })
  key!: string
}

@ObjectType({ description: 'The caller, as the graph knows it.' })
export class Me {
  @Field(() => String, { description: 'Name of the client application.' })
  client!: string

  @Field(() => [String], { description: 'What it may do.' })
  scopes!: readonly string[]

  @Field(() => String, { description: '`test`, `staging` or `production`.' })
  environment!: string
}
