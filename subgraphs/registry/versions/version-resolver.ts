import { Arg, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql'
import { CatalogueRead } from '../graph/access.js'
import type { RegistryContext } from '../graph/context.js'
import { LARGEST_PAGE, requirePageSize } from '../graph/page.js'
import { Model } from '../models/model-type.js'
import { versionNotFound } from '../models/not-found.js'
import { versionId } from './version-document.js'
import { ModelVersion } from './version-type.js'
import { newestIds } from './versions.js'

@Resolver(() => Model)
export class VersionResolver {
  @CatalogueRead()
  @Query(() => ModelVersion, { description: 'One version; `MODEL_NOT_FOUND` when there is none with this id.' })
  async modelVersion(@Arg('id', () => ID) id: string, @Ctx() { loaders }: RegistryContext): Promise<ModelVersion> {
    const version = await loaders.versions.load(id)
    if (version) return new ModelVersion(version)
    const model = await loaders.models.load(id.split('@', 1)[0]!)
    throw versionNotFound(id, model?.latestVersion)
  }

  @FieldResolver(() => [ModelVersion], { description: 'Its versions, the newest first.' })
  async versions(
    @Root() { document }: Model,
    @Arg('first', () => Int, { defaultValue: 20, description: `At most ${LARGEST_PAGE}.` }) first: number,
    @Ctx() { loaders }: RegistryContext,
  ): Promise<ModelVersion[]> {
    requirePageSize(first)
    const versions = await Promise.all(newestIds(document, first).map((id) => loaders.versions.load(id)))
    return versions.flatMap((version) => (version ? [new ModelVersion(version)] : []))
  }

  @FieldResolver(() => ModelVersion, { nullable: true, description: 'The version that answers by default.' })
  async champion(
    @Root() { document }: Model,
    @Ctx() { loaders, registry }: RegistryContext,
  ): Promise<ModelVersion | null> {
    const champion = document.rollouts?.[registry.environment]?.champion
    const version = champion === undefined ? undefined : await loaders.versions.load(versionId(document._id, champion))
    return version ? new ModelVersion(version) : null
  }
}
