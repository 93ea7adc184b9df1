import { Field, ObjectType } from 'type-graphql'
import type { Identity } from '../../../shared/identity/claims.js'
import type { ClientDocument } from '../clients/client-document.js'
import { clientIdIn } from '../clients/find-clients.js'
import { Grant } from '../grants/grant-type.js'

@ObjectType({ description: 'The caller, as the graph knows it.' })
export class Me {
  constructor(
    private readonly identity: Identity,
    /** Null for a caller that is no client of the registry. */
    readonly document: ClientDocument | null,
  ) {}

  @Field(() => String, { description: 'Name of the client application.' })
  get client(): string {
    return this.identity.client
  }

  @Field(() => String, { description: 'What names the caller for good: `client:<id>`.' })
  get subject(): string {
    return this.identity.subject
  }

  /** Undefined for a caller that is none; what gateways count its requests by. */
  get clientId(): string | undefined {
    return clientIdIn(this.identity.subject)
  }

  @Field(() => [String], { description: 'What it may do.' })
  get scopes(): readonly string[] {
    return this.identity.scopes
  }

  @Field(() => String, { description: '`test`, `staging` or `production`.' })
  get environment(): string {
    return this.identity.environment
  }

  @Field(() => [Grant], { description: 'What it asked for, and what became of it.' })
  get grants(): Grant[] {
    return (this.document?.grants ?? []).map((grant) => new Grant(grant))
  }
}
