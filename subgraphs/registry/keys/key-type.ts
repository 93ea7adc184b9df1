import { Field, GraphQLISODateTime, ID, ObjectType } from 'type-graphql'
import type { ClientDocument } from '../clients/client-document.js'
import { Client } from '../clients/client-type.js'
import type { KeyRecord } from './key-record.js'
import type { IssuedKey as Issued } from './keys.js'

@ObjectType({ description: 'What is remembered of a key; never the key.' })
export class ApiKey {
  constructor(
    private readonly record: KeyRecord,
    private readonly client: ClientDocument,
  ) {}

  @Field(() => ID, { description: 'Names it in telemetry.' })
  get id(): string {
    return this.record.id
  }

  @Field(() => String, { description: 'Its first characters.' })
  get prefix(): string {
    return this.record.prefix
  }

  @Field(() => GraphQLISODateTime)
  get createdAt(): Date {
    return this.record.createdAt
  }

  @Field(() => String, { description: 'Name of the client that made it.' })
  get createdBy(): string {
    return this.record.createdBy
  }

  @Field(() => GraphQLISODateTime, { nullable: true })
  get expiresAt(): Date | null {
    return this.record.expiresAt
  }

  @Field(() => GraphQLISODateTime, { nullable: true, description: 'To the minute; null before the first use.' })
  get lastUsedAt(): Date | null {
    return this.client.lastUsed[this.record.id] ?? null
  }

  @Field(() => GraphQLISODateTime, { nullable: true })
  get revokedAt(): Date | null {
    return this.record.revokedAt
  }

  @Field(() => ID, { nullable: true, description: 'Id of the key that it was rotated into.' })
  get replacedBy(): string | null {
    return this.record.replacedBy
  }
}

@ObjectType()
export class IssuedKey {
  constructor(private readonly issued: Issued) {}

  @Field(() => Client)
  get client(): Client {
    return new Client(this.issued.client)
  }

  @Field(() => String, { description: 'The key, shown this once; only its hash is kept.' })
  get key(): string {
    return this.issued.key
  }

  @Field(() => ApiKey, { description: 'What is remembered of it.' })
  get apiKey(): ApiKey {
    return new ApiKey(this.issued.record, this.issued.client)
  }
}
