import 'reflect-metadata'
import { Field } from 'type-graphql'
import { findFeatureFaults } from '../check/declaration-faults.js'
import { defaultExample } from '../check/example.js'
import type { FeatureDeclaration, FeatureKind } from '../declaration.js'
import { DeclarationError } from './declaration-error.js'
import { declaredFeatures } from './declared.js'
import { documentFeature } from './documentation.js'
import { graphqlTypeOf } from './graphql-type.js'

/** Input tensor of a feature that names none. */
const DEFAULT_TENSOR = 'features'

/**
 * A feature as a team declares it: what {@link FeatureDeclaration} says, with less to write. It is a Float unless
 * `type`, `categories` (an enum), `image` or `length` (a vector) says otherwise; it reads the tensor `features` unless
 * `tensor` says otherwise; and it makes up an example from its range if none is given.
 */
export interface FeatureOptions extends Omit<Partial<FeatureDeclaration>, 'name' | 'kind'> {
  readonly type?: Exclude<FeatureKind, 'category'>
}

/**
 * Declares a property of a type-graphql `@InputType` as a feature: GraphQL field, check at the door, tensor column and
 * documentation in one. Throws a {@link DeclarationError} for options that contradict each other.
 */
export function Feature(options: FeatureOptions = {}): PropertyDecorator {
  return (prototype, property) => {
    const owner = prototype.constructor.name
    const declaration = declareFeature(owner, String(property), options)
    const faults = findFeatureFaults(declaration)
    if (faults.length > 0) throw new DeclarationError(`${owner}.${declaration.name} ${faults.join('; it ')}.`)
    declaredFeatures.add(prototype, declaration)
    const nullable = declaration.optional !== undefined
    Field(graphqlTypeOf(declaration), { nullable, description: documentFeature(declaration) || undefined })(
      prototype,
      property,
    )
  }
}

function declareFeature(owner: string, name: string, { type, ...options }: FeatureOptions): FeatureDeclaration {
  const kind = kindOf({ type, ...options })
  const declaration = {
    name,
    kind,
    tensor: DEFAULT_TENSOR,
    ...options,
    ...(kind === 'category' ? { enumType: options.enumType ?? enumTypeOf(owner, name) } : {}),
  }
  return { ...declaration, example: options.example === undefined ? defaultExample(declaration) : options.example }
}

/** The kind that options imply: `categories` make an enum, `image` an image, `length` a vector, anything else a Float. */
export function kindOf(options: {
  readonly type?: FeatureKind
  readonly categories?: unknown
  readonly image?: unknown
  readonly length?: number
}): FeatureKind {
  if (options.categories) return 'category'
  if (options.image) return 'image'
  return options.type ?? (options.length === undefined ? 'float' : 'vector')
}

/** `Payment.merchantKind` becomes `PaymentMerchantKind`. */
export function enumTypeOf(owner: string, name: string): string {
  return `${owner}${name[0]!.toUpperCase()}${name.slice(1)}`
}
