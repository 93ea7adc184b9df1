import { Arg, Ctx, FieldResolver, Int, Mutation, Query, Resolver, Root } from 'type-graphql'
import { Client } from '../clients/client-type.js'
import { Authenticated } from '../graph/access.js'
import type { RegistryContext } from '../graph/context.js'
import { LARGEST_PAGE, requirePageSize } from '../graph/page.js'
import { findGrantRequests } from './grant-requests.js'
import { Grant, GrantRequest } from './grant-type.js'
import { approveGrant, refuseGrant, requestGrant, revokeGrant } from './grants.js'

const ClientName = () => Arg('client', () => String, { description: 'Name of the client.' })
const Scope = () => Arg('scope', () => String)
const Reason = () => Arg('reason', () => String, { description: 'Kept with the grant and in the history.' })

@Resolver(() => Client)
export class GrantResolver {
  @FieldResolver(() => [Grant], { description: 'Those that were refused or revoked, too.' })
  grants(@Root() { document }: Client): Grant[] {
    return document.grants.map((grant) => new Grant(grant))
  }

  @Authenticated()
  @Query(() => [GrantRequest], { description: 'Grants that wait for a decision of the caller, the oldest first.' })
  async grantRequests(
    @Arg('first', () => Int, { defaultValue: 20, description: `At most ${LARGEST_PAGE}.` }) first: number,
    @Ctx() { registry, identity }: RegistryContext,
  ): Promise<GrantRequest[]> {
    requirePageSize(first)
    const waiting = await findGrantRequests(registry, identity, first)
    return waiting.map(({ client: { name: client, owner, contact, useCase }, grant }) => {
      return { client, owner, contact, useCase, grant: new Grant(grant) }
    })
  }

  @Authenticated()
  @Mutation(() => Client, {
    description:
      'Asks for a scope. The team that owns the model decides on `predict:<model>`, admins on every scope; where that is the caller, it is approved at once.',
  })
  async requestGrant(
    @ClientName() client: string,
    @Scope() scope: string,
    @Reason() reason: string,
    @Ctx() { registry, identity }: RegistryContext,
  ): Promise<Client> {
    return new Client(await requestGrant(registry, { client, identity, scope, reason }))
  }

  @Authenticated()
  @Mutation(() => Grant, { description: 'Approves a grant that was asked for.' })
  async approveGrant(
    @ClientName() client: string,
    @Scope() scope: string,
    @Reason() reason: string,
    @Ctx() { registry, identity }: RegistryContext,
  ): Promise<Grant> {
    return latest(scope, await approveGrant(registry, { client, identity, scope, reason }))
  }

  @Authenticated()
  @Mutation(() => Grant, { description: 'Refuses a grant that was asked for.' })
  async refuseGrant(
    @ClientName() client: string,
    @Scope() scope: string,
    @Reason() reason: string,
    @Ctx() { registry, identity }: RegistryContext,
  ): Promise<Grant> {
    return latest(scope, await refuseGrant(registry, { client, identity, scope, reason }))
  }

  @Authenticated()
  @Mutation(() => Grant, {
    description: 'Takes a grant away; gateways notice within 5 s. Who acts for the client may give it up, too.',
  })
  async revokeGrant(
    @ClientName() client: string,
    @Scope() scope: string,
    @Reason() reason: string,
    @Ctx() { registry, identity }: RegistryContext,
  ): Promise<Grant> {
    return latest(scope, await revokeGrant(registry, { client, identity, scope, reason }))
  }
}

function latest(scope: string, { grants }: Client['document']): Grant {
  return new Grant(grants.findLast((grant) => grant.scope === scope)!)
}
