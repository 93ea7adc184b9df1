import { GraphQLJSON } from 'graphql-scalars'
import { Arg, Ctx, Field, InputType, Mutation, ObjectType, Resolver } from 'type-graphql'
import { requireText } from '../database/names.js'
import { PublisherOnly } from '../graph/access.js'
import type { RegistryContext } from '../graph/context.js'
import { Finding } from '../schemas/finding-type.js'
import { ModelVersion } from '../versions/version-type.js'
import { publishVersion } from './publish-version.js'

@InputType()
export class PublishModelVersionInput {
  @Field(() => String)
  model!: string

  @Field(() => String, {
    description: 'sha-256 of the ONNX file, which is uploaded before: `PUT /artifacts/<sha256>`.',
  })
  artifactSha256!: string

  @Field(() => GraphQLJSON, { description: 'The model card; its `version` is the number to be published.' })
  card!: unknown

  @Field(() => String, { nullable: true, description: 'Commit of the training code.' })
  codeCommit?: string | null
}

@ObjectType()
export class PublishModelVersionResult {
  @Field(() => ModelVersion, { nullable: true, description: 'Null when it was refused; the findings say why.' })
  version!: ModelVersion | null

  @Field(() => Boolean, { description: 'False when exactly this was published before, and when it was refused.' })
  created!: boolean

  @Field(() => [Finding], { description: 'What the artifact failed in. Empty when it was accepted.' })
  findings!: readonly Finding[]
}

@Resolver()
export class VersionPublicationResolver {
  @PublisherOnly()
  @Mutation(() => PublishModelVersionResult, {
    description:
      'Publishes the next version of a model, once its artifact has loaded, fits the contract and answers the golden ' +
      'rows of its card. The first becomes champion. The same again changes nothing.',
  })
  async publishModelVersion(
    @Arg('input', () => PublishModelVersionInput) input: PublishModelVersionInput,
    @Ctx() { registry, identity }: RegistryContext,
  ): Promise<PublishModelVersionResult> {
    requireText(input.codeCommit ?? '', 'input.codeCommit', { max: 200 })
    const { version, created, findings } = await publishVersion(registry, input, identity)
    return { version: version && new ModelVersion(version), created, findings }
  }
}
