import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql'
import { CatalogueRead } from '../graph/access.js'
import type { RegistryContext } from '../graph/context.js'
import { ModelVersion } from '../versions/version-type.js'
import { Deprecation } from './deprecation-type.js'

/** A version never changes, but its deprecation does: it is kept with the model, and answered apart. */
@Resolver(() => ModelVersion)
export class VersionDeprecationResolver {
  @CatalogueRead()
  @FieldResolver(() => Deprecation, {
    nullable: true,
    description: 'Of this version alone; `model { deprecation }` tells of all. Null while it is not deprecated.',
  })
  async deprecation(@Root() version: ModelVersion, @Ctx() { loaders }: RegistryContext): Promise<Deprecation | null> {
    const [name, number] = version.id.split('@') as [string, string]
    const model = await loaders.models.load(name)
    return model?.deprecations?.versions[number] ?? null
  }
}
