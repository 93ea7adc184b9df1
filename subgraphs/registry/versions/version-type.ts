import { GraphQLJSON } from 'graphql-scalars'
import { Ctx, Directive, Field, GraphQLISODateTime, ID, Int, ObjectType } from 'type-graphql'
import type { ModelCard } from '../../../shared/contract/card.js'
import { CatalogueRead } from '../graph/access.js'
import type { RegistryContext } from '../graph/context.js'
import { Immutable } from '../graph/immutable.js'
import { aliasesIn } from '../models/environments.js'
import { Model } from '../models/model-type.js'
import { Lineage, Metric } from './lineage-type.js'
import { SignatureType } from './signature-type.js'
import type { VersionDocument } from './version-document.js'

/** Its id is no secret to who was answered by it; everything else is of the catalogue. */
@Directive('@key(fields: "id")')
@ObjectType({ description: 'An immutable, numbered artifact of a model.' })
export class ModelVersion {
  constructor(private readonly document: VersionDocument) {}

  private get parsedCard(): ModelCard {
    return cardOf(this.document)
  }

  @Immutable()
  @Field(() => ID, { description: 'Model and version number: `fraud-detector@3`.' })
  get id(): string {
    return this.document._id
  }

  @Immutable()
  @CatalogueRead()
  @Field(() => Int, { description: 'Counts the versions of a model from 1.' })
  get version(): number {
    return this.document.version
  }

  @Immutable()
  @CatalogueRead()
  @Field(() => Model, { description: 'The model it is a version of.' })
  async model(@Ctx() { loaders }: RegistryContext): Promise<Model> {
    return new Model((await loaders.models.load(this.document.model))!)
  }

  @CatalogueRead()
  @Field(() => [String], { description: 'Aliases that name it now.' })
  async aliases(@Ctx() { loaders, registry }: RegistryContext): Promise<string[]> {
    const model = await loaders.models.load(this.document.model)
    const aliases = Object.entries(model ? aliasesIn(model, registry.environment) : {})
    return aliases.filter(([, version]) => version === this.document.version).map(([alias]) => alias)
  }

  @Immutable()
  @CatalogueRead()
  @Field(() => [Metric])
  get metrics(): Metric[] {
    return this.parsedCard.metrics
  }

  @Immutable()
  @CatalogueRead()
  @Field(() => Lineage)
  get lineage(): Lineage {
    return new Lineage(this.parsedCard, this.document.codeCommit)
  }

  @Immutable()
  @CatalogueRead()
  @Field(() => SignatureType)
  get signature(): SignatureType {
    return new SignatureType(this.document.signature)
  }

  @Immutable()
  @CatalogueRead()
  @Field(() => GraphQLJSON, { description: 'The whole model card, golden rows included.' })
  get card(): unknown {
    return this.parsedCard
  }

  @Immutable()
  @CatalogueRead()
  @Field(() => [String], { description: 'What it should not be used for.' })
  get limitations(): string[] {
    return this.parsedCard.limitations
  }

  @Immutable()
  @CatalogueRead()
  @Field(() => Int, { description: 'The contract of its model that it was tried against.' })
  get contractNumber(): number {
    return this.document.contractNumber
  }

  @Immutable()
  @CatalogueRead()
  @Field(() => String)
  get artifactSha256(): string {
    return this.document.artifact.sha256
  }

  @Immutable()
  @CatalogueRead()
  @Field(() => Int)
  get artifactBytes(): number {
    return this.document.artifact.bytes
  }

  @Immutable()
  @CatalogueRead()
  @Field(() => GraphQLISODateTime)
  get publishedAt(): Date {
    return this.document.publishedAt
  }

  @Immutable()
  @CatalogueRead()
  @Field(() => String, { description: 'Name of the client that published it.' })
  get publishedBy(): string {
    return this.document.publishedBy
  }
}

/** Hundreds of predictions are served by one document: its card is parsed once. */
const CARDS = new WeakMap<VersionDocument, ModelCard>()

function cardOf(document: VersionDocument): ModelCard {
  const known = CARDS.get(document)
  if (known) return known
  const card = JSON.parse(document.card) as ModelCard
  CARDS.set(document, card)
  return card
}
