import { Arg, Ctx, FieldResolver, GraphQLISODateTime, Int, Query, Resolver, Root } from 'type-graphql'
import { CatalogueRead } from '../graph/access.js'
import type { RegistryContext } from '../graph/context.js'
import { cursorOf, idAt, LARGEST_PAGE, requirePageSize } from '../graph/page.js'
import { Model } from '../models/model-type.js'
import { modelNotFound } from '../models/not-found.js'
import { findHistory, findLiveAt } from './history.js'
import { RolloutHistory, RolloutRecord, TrafficSplit } from './record-type.js'
import { Rollout } from './rollout-type.js'

@Resolver(() => Model)
export class RolloutResolver {
  @CatalogueRead()
  @Query(() => Rollout, { nullable: true, description: 'Null for a model without a champion in this environment.' })
  async rollout(
    @Arg('model', () => String) name: string,
    @Ctx() { loaders, registry }: RegistryContext,
  ): Promise<Rollout | null> {
    const model = await loaders.models.load(name)
    if (!model) throw await modelNotFound(registry.database, name)
    const stored = model.rollouts?.[registry.environment]
    return stored ? new Rollout(name, stored) : null
  }

  @FieldResolver(() => Rollout, { nullable: true, name: 'rollout', description: 'How its traffic is shared.' })
  rolloutOf(@Root() { document }: Model, @Ctx() { registry }: RegistryContext): Rollout | null {
    const stored = document.rollouts?.[registry.environment]
    return stored ? new Rollout(document._id, stored) : null
  }

  @CatalogueRead()
  @Query(() => RolloutHistory, { description: 'Every change of a rollout in this environment, the latest first.' })
  async rolloutHistory(
    @Arg('model', () => String) model: string,
    @Arg('first', () => Int, { defaultValue: 20, description: `At most ${LARGEST_PAGE}.` }) first: number,
    @Arg('after', () => String, { nullable: true }) after: string | null,
    @Ctx() { registry }: RegistryContext,
  ): Promise<RolloutHistory> {
    requirePageSize(first)
    const { database, environment } = registry
    const id = idAt(after)
    const revision = id === undefined ? undefined : Number(id) || 0
    const found = await findHistory(database, { model, environment, first, after: revision })
    const nodes = found.slice(0, first).map((record) => new RolloutRecord(record))
    const last = nodes.at(-1)
    const endCursor = last ? cursorOf(String(last.revision)) : null
    return { nodes, pageInfo: { hasNextPage: found.length > first, endCursor } }
  }

  @CatalogueRead()
  @Query(() => TrafficSplit, {
    nullable: true,
    description: 'What was live in this environment at a moment; null before the first champion.',
  })
  async liveAt(
    @Arg('model', () => String) model: string,
    @Arg('time', () => GraphQLISODateTime) time: Date,
    @Ctx() { registry: { database, environment } }: RegistryContext,
  ): Promise<TrafficSplit | null> {
    return (await findLiveAt(database, model, environment, time))?.to ?? null
  }
}
