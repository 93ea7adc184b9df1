import { Arg, Args, Ctx, FieldResolver, GraphQLISODateTime, Query, Resolver, Root } from 'type-graphql'
import { NONE, OTHER } from '../../../shared/control/usage.js'
import { Authenticated, CatalogueRead } from '../graph/access.js'
import type { RegistryContext } from '../graph/context.js'
import { findUnusedFields, findUnusedModels } from './unused.js'
import { UsageArgs, usageQueryIn } from './usage-args.js'
import { reportUsage } from './usage-report.js'
import { UnusedField, UnusedModel, Usage, UsageRow, UsedOperation } from './usage-report-type.js'
import { visibleUsage } from './visible-usage.js'

const Since = () => Arg('since', () => GraphQLISODateTime)

@Resolver(() => UsageRow)
export class UsageReportResolver {
  @Authenticated()
  @Query(() => Usage, {
    description:
      'What was used, of the last day unless told otherwise: by a client its own, by a team that of its models as well, by an admin all. Kept by the hour for 40 days, by the day for 400.',
  })
  async usage(@Args(() => UsageArgs) asked: UsageArgs, @Ctx() { registry, identity }: RegistryContext): Promise<Usage> {
    const query = usageQueryIn(asked, registry.now())
    return new Usage(await reportUsage(registry, query, await visibleUsage(registry, identity)))
  }

  @CatalogueRead()
  @Query(() => [UnusedField], {
    description:
      'Fields of the supergraph that no operation has asked since, by coordinate. To the hour, 400 days at most.',
  })
  async unusedFields(@Since() since: Date, @Ctx() { registry }: RegistryContext): Promise<UnusedField[]> {
    return (await findUnusedFields(registry, since)).map((coordinate) => ({ coordinate }))
  }

  @CatalogueRead()
  @Query(() => [UnusedModel], { description: 'Models that have predicted nothing since, by name. To the day.' })
  unusedModels(@Since() since: Date, @Ctx() { registry }: RegistryContext): Promise<UnusedModel[]> {
    return findUnusedModels(registry, since)
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      'Name of a client; `none` for requests without a valid key, `other` where there was no room to count it.',
  })
  async client(@Root() { key: { client } }: UsageRow, @Ctx() { loaders }: RegistryContext): Promise<string | null> {
    if (client === undefined || client === NONE || client === OTHER) return client ?? null
    return (await loaders.clientNames.load(client))?.name ?? client
  }

  @FieldResolver(() => UsedOperation, { nullable: true })
  async operation(
    @Root() { key: { operation: hash } }: UsageRow,
    @Ctx() { loaders }: RegistryContext,
  ): Promise<UsedOperation | null> {
    if (hash === undefined) return null
    const known = hash === NONE || hash === OTHER ? undefined : await loaders.usedOperations.load(hash)
    return { hash, name: known?.name ?? null, document: known?.document ?? null }
  }
}
