import {
  Arg,
  Ctx,
  Field,
  FieldResolver,
  GraphQLISODateTime,
  ID,
  InputType,
  Mutation,
  ObjectType,
  Resolver,
  Root,
} from 'type-graphql'
import { CatalogueRead, PublisherOnly } from '../graph/access.js'
import type { RegistryContext } from '../graph/context.js'
import { Model } from '../models/model-type.js'
import type { Finding } from '../schemas/composition.js'
import { recompose } from '../schemas/recompose.js'
import { holds, requirePublisher } from '../teams/ownership.js'
import { deprecate, withdraw } from './deprecate.js'
import { Deprecation, DeprecationRecord } from './deprecation-type.js'
import { warningsOf } from './roles.js'
import { nameOf, requireTarget, type Target, type TargetName } from './target.js'

@InputType()
export class DeprecationInput {
  @Field(() => GraphQLISODateTime, {
    description:
      'From then on it answers `MODEL_RETIRED`. At most ten years ahead; only an admin may name a time that is past.',
  })
  sunsetAt!: Date

  @Field(() => String, {
    nullable: true,
    description: 'Another model (`fraud-detector`) or, for a version, another one of its model (`fraud-detector@3`).',
  })
  replacement?: string | null

  @Field(() => String, { description: 'Told to callers.' })
  reason!: string
}

@ObjectType()
export class DeprecationResult {
  @Field(() => String, { description: 'The model or version.' })
  name!: string

  @Field(() => Deprecation, { nullable: true, description: 'Null once it is withdrawn.' })
  deprecation!: Deprecation | null

  @Field(() => [String], { description: 'What the sunset will break unless somebody acts before.' })
  warnings!: readonly string[]
}

const Input = () => Arg('input', () => DeprecationInput)
const Name = () => Arg('model', () => String)
const Id = () => Arg('id', () => ID, { description: '`fraud-detector@3`' })
const Reason = () => Arg('reason', () => String, { description: 'Kept in the history.' })
/** Who acts for the model's team. */
const Changes = (description: string) => (target: object, key: string, descriptor: PropertyDescriptor) => {
  PublisherOnly()(target, key, descriptor)
  Mutation(() => DeprecationResult, { description })(target, key, descriptor)
}

@Resolver(() => Model)
export class DeprecationResolver {
  @Changes('Announces, or changes, when a model answers no more. Its operations are `@deprecated` from now on.')
  deprecateModel(@Name() model: string, @Input() input: DeprecationInput, @Ctx() context: RegistryContext) {
    return announce(context, { model }, input)
  }

  @Changes('Announces, or changes, when a version answers no more. A champion needs a replacement.')
  deprecateModelVersion(@Id() version: string, @Input() input: DeprecationInput, @Ctx() context: RegistryContext) {
    return announce(context, { version }, input)
  }

  @Changes('Takes the deprecation of a model back, before its sunset or after.')
  withdrawModelDeprecation(@Name() model: string, @Reason() reason: string, @Ctx() context: RegistryContext) {
    return takeBack(context, { model }, reason)
  }

  @Changes('Takes the deprecation of a version back, before its sunset or after.')
  withdrawModelVersionDeprecation(@Id() version: string, @Reason() reason: string, @Ctx() context: RegistryContext) {
    return takeBack(context, { version }, reason)
  }

  @CatalogueRead()
  @FieldResolver(() => Deprecation, { nullable: true, description: 'Null while it is not deprecated.' })
  deprecation(@Root() { document }: Model): Deprecation | null {
    return document.deprecations?.model ?? null
  }

  @FieldResolver(() => [DeprecationRecord], {
    description: 'Of the model and its versions: the last hundred, the latest first.',
  })
  deprecationHistory(@Root() { document }: Model): DeprecationRecord[] {
    return (document.deprecations?.history ?? []).slice(-MOST_RECORDS).reverse()
  }
}

const MOST_RECORDS = 100

async function announce(
  context: RegistryContext,
  name: TargetName,
  input: DeprecationInput,
): Promise<DeprecationResult> {
  const { registry, identity } = context
  await requireOwner(context, name)
  const { sunsetAt, replacement = null, reason } = input
  const atOnce = holds(identity, 'admin')
  const announced = { sunsetAt, replacement, reason, by: identity.client, atOnce }
  return resultOf(await deprecate(registry, name, announced), await recompose(registry))
}

async function takeBack(context: RegistryContext, name: TargetName, reason: string): Promise<DeprecationResult> {
  await requireOwner(context, name)
  const { registry, identity } = context
  return resultOf(await withdraw(registry, name, { reason, by: identity.client }), await recompose(registry))
}

async function requireOwner({ registry, identity }: RegistryContext, name: TargetName): Promise<void> {
  const { model } = await requireTarget(registry.database, name)
  requirePublisher(identity, model.team)
}

function resultOf(target: Target, findings: readonly Finding[]): DeprecationResult {
  const { model, version } = target
  const stored = model.deprecations
  const deprecation = (version === null ? stored?.model : stored?.versions[version]) ?? null
  const uncomposed = findings.map(({ message }) => `The graph does not show it: ${message}`)
  return { name: nameOf(target), deprecation, warnings: [...(deprecation ? warningsOf(target) : []), ...uncomposed] }
}
