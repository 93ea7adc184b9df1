import { Args, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql'
import { Client } from '../clients/client-type.js'
import { findCaller } from '../clients/find-clients.js'
import type { RegistryContext } from '../graph/context.js'
import type { Registry } from '../registry.js'
import { Me } from './me-type.js'
import { readQuota, readUsage } from './read-usage.js'
import { UsageArgs, usageQueryIn } from './usage-args.js'
import { reportUsage } from './usage-report.js'
import { Usage } from './usage-report-type.js'
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
  async usage(@Root() { clientId, document }: Me, @Ctx() { registry }: RegistryContext): Promise<ClientUsage | null> {
    return clientId === undefined ? null : new ClientUsage(clientId, await readUsage(registry, clientId, document))
  }
}

@Resolver(() => Client)
export class UsageFields {
  @FieldResolver(() => QuotaState, { nullable: true, description: 'Null without a quota.' })
  quota(@Root() { document }: Client, @Ctx() { registry }: RegistryContext): Promise<QuotaState | null> {
    return quotaOf(registry, document)
  }

  @FieldResolver(() => ClientUsage)
  async usage(@Root() { document }: Client, @Ctx() { registry }: RegistryContext): Promise<ClientUsage> {
    return new ClientUsage(document._id, await readUsage(registry, document._id, document))
  }
}

@Resolver(() => ClientUsage)
export class ClientUsageResolver {
  @FieldResolver(() => Usage, {
    description: 'What `usage` tells, of this client alone: by model, operation or time, with errors and latencies.',
  })
  async report(
    @Root() { client }: ClientUsage,
    @Args(() => UsageArgs) asked: UsageArgs,
    @Ctx() { registry }: RegistryContext,
  ): Promise<Usage> {
    const query = usageQueryIn(asked, registry.now())
    return new Usage(await reportUsage(registry, query, { clients: [client], models: [] }))
  }
}

async function quotaOf(registry: Registry, document: Client['document']): Promise<QuotaState | null> {
  const reading = await readQuota(registry, document)
  return reading && new QuotaState(reading)
}
