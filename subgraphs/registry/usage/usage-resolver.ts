import { Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql'
import { Client } from '../clients/client-type.js'
import { findCaller } from '../clients/find-clients.js'
import type { RegistryContext } from '../graph/context.js'
import type { Registry } from '../registry.js'
import { Me } from './me-type.js'
import { readQuota, readUsage } from './read-usage.js'
import { ClientUsage, QuotaState } from './usage-type.js'

@Resolver(() => Me)
export class MeResolver {
  @Query(() => Me, { description: 'Who is asking.' })
  async me(@Ctx() { registry, identity }: RegistryContext): Promise<Me> {
    return new Me(identity, await findCaller(registry, identity.subject))
  }

  @FieldResolver(() => QuotaState, { nullable: true, description: 'Null without a quota.' })
  quota(@Root() { document }: Me, @Ctx() { registry }: RegistryContext): Promise<QuotaState | null> | null {
    return document && quotaOf(registry, document)
  }

  @FieldResolver(() => ClientUsage, { nullable: true, description: 'Null for a caller that is no client.' })
  usage(@Root() { document }: Me, @Ctx() { registry }: RegistryContext): Promise<ClientUsage> | null {
    return document && readUsage(registry, document)
  }
}

@Resolver(() => Client)
export class UsageFields {
  @FieldResolver(() => QuotaState, { nullable: true, description: 'Null without a quota.' })
  quota(@Root() { document }: Client, @Ctx() { registry }: RegistryContext): Promise<QuotaState | null> {
    return quotaOf(registry, document)
  }

  @FieldResolver(() => ClientUsage)
  usage(@Root() { document }: Client, @Ctx() { registry }: RegistryContext): Promise<ClientUsage> {
    return readUsage(registry, document)
  }
}

async function quotaOf(registry: Registry, document: Client['document']): Promise<QuotaState | null> {
  const reading = await readQuota(registry, document)
  return reading && new QuotaState(reading)
}
