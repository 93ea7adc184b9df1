import { GraphQLJSON } from 'graphql-scalars'
import { Arg, Ctx, Field, InputType, Int, Mutation, Query, Resolver } from 'type-graphql'
import { requireText } from '../database/names.js'
import { CatalogueRead, PublisherOnly } from '../graph/access.js'
import type { RegistryContext } from '../graph/context.js'
import { idAt, LARGEST_PAGE, requirePageSize } from '../graph/page.js'
import { requirePublisher } from '../teams/ownership.js'
import { connectionOf, ModelConnection } from './model-connection.js'
import { Model } from './model-type.js'
import { findModels, requireModel } from './models.js'
import { modelNotFound } from './not-found.js'
import { registerModel } from './register-model.js'
import { setAlias } from './set-alias.js'

@InputType()
export class RegisterModelInput {
  @Field(() => String, { description: 'Lower case with hyphens, as in the contract.' })
  name!: string

  @Field(() => String)
  team!: string

  @Field(() => String, { nullable: true, description: "The contract's own when left out." })
  description?: string | null

  @Field(() => GraphQLJSON, { description: "What the subgraph's `main.js --describe` prints of this model." })
  contract!: unknown
}

@Resolver()
export class ModelResolver {
  @CatalogueRead()
  @Query(() => ModelConnection, { description: 'Models, by name.' })
  async models(
    @Arg('team', () => String, { nullable: true }) team: string | null,
    @Arg('search', () => String, {
      nullable: true,
      description: 'Words; each must begin a word of the name, the description or the team.',
    })
    search: string | null,
    @Arg('first', () => Int, { defaultValue: 20, description: `At most ${LARGEST_PAGE}.` }) first: number,
    @Arg('after', () => String, { nullable: true }) after: string | null,
    @Ctx() { registry }: RegistryContext,
  ): Promise<ModelConnection> {
    requirePageSize(first)
    requireText(search ?? '', 'search', { max: 200 })
    return connectionOf(await findModels(registry.database, { team, search, first, after: idAt(after) }))
  }

  @CatalogueRead()
  @Query(() => Model, { description: 'One model; `MODEL_NOT_FOUND` when there is none of this name.' })
  async model(
    @Arg('name', () => String) name: string,
    @Ctx() { loaders, registry }: RegistryContext,
  ): Promise<Model> {
    const model = await loaders.models.load(name)
    if (!model) throw await modelNotFound(registry.database, name)
    return new Model(model)
  }

  @PublisherOnly()
  @Mutation(() => Model, {
    description: 'Registers a model of a team, or changes its description and contract. The same again changes nothing.',
  })
  async registerModel(
    @Arg('input', () => RegisterModelInput) input: RegisterModelInput,
    @Ctx() { registry, identity }: RegistryContext,
  ): Promise<Model> {
    requirePublisher(identity, input.team)
    return new Model(await registerModel(registry, { ...input, by: identity.client }))
  }

  @PublisherOnly()
  @Mutation(() => Model, {
    description:
      'Points an alias at a version. `champion` answers by default; it is the rollout\'s, and does not move while a canary runs.',
  })
  async setAlias(
    @Arg('model', () => String) model: string,
    @Arg('alias', () => String) alias: string,
    @Arg('version', () => Int) version: number,
    @Arg('reason', () => String, { description: 'Kept in the history.' }) reason: string,
    @Arg('revision', () => Int, {
      nullable: true,
      description: 'For `champion`: revision of the rollout that the caller saw; `CONFLICT` when it is another by now.',
    })
    revision: number | null,
    @Ctx() { registry, identity }: RegistryContext,
  ): Promise<Model> {
    requirePublisher(identity, (await requireModel(registry.database, model)).team)
    const move = { model, alias, version, reason, by: identity.client, revision: revision ?? undefined }
    return new Model(await setAlias(registry, move))
  }
}
