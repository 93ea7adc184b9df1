import { Field, GraphQLISODateTime, ID, Int, ObjectType, registerEnumType } from 'type-graphql'
import type { Criticality as CriticalityName } from '../../../shared/identity/claims.js'
import { scopesOf } from '../grants/grant-record.js'
import type { ClientDocument } from './client-document.js'

export const Criticality = { INTERNAL: 'INTERNAL', MISSION_CRITICAL: 'MISSION_CRITICAL' } as const
registerEnumType(Criticality, {
  name: 'Criticality',
  description: 'How dearly traffic is held when not all of it can be answered.',
})

@ObjectType({ description: 'An application that calls the graph.' })
export class Client {
  constructor(readonly document: ClientDocument) {}

  @Field(() => ID)
  get id(): string {
    return this.document._id
  }

  @Field(() => String)
  get name(): string {
    return this.document.name
  }

  @Field(() => Int, { description: 'Counts the changes; pass it to those that could overwrite others.' })
  get revision(): number {
    return this.document.revision
  }

  @Field(() => String, { description: 'Who answers for it: a person or a team.' })
  get owner(): string {
    return this.document.owner
  }

  @Field(() => String, { nullable: true, description: 'The team whose publishers act for it.' })
  get team(): string | null {
    return this.document.team
  }

  @Field(() => String, { description: 'Where its people are reached.' })
  get contact(): string {
    return this.document.contact
  }

  @Field(() => String)
  get useCase(): string {
    return this.document.useCase
  }

  @Field(() => [String], { description: 'Subjects of those who act for it, as `me { subject }` says.' })
  get developers(): readonly string[] {
    return this.document.developers
  }

  @Field(() => Criticality)
  get criticality(): CriticalityName {
    return this.document.criticality
  }

  @Field(() => [String], { description: 'What it may do: the scopes of its approved grants.' })
  get scopes(): readonly string[] {
    return scopesOf(this.document.grants)
  }

  @Field(() => String)
  get environment(): string {
    return this.document.environment
  }

  @Field(() => GraphQLISODateTime)
  get createdAt(): Date {
    return this.document.createdAt
  }

  @Field(() => String, { description: 'Name of the client that made it.' })
  get createdBy(): string {
    return this.document.createdBy
  }
}
