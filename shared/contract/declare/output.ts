import 'reflect-metadata'
import { Field } from 'type-graphql'
import { findOutputFaults } from '../check/declaration-faults.js'
import type { OutputDeclaration, OutputKind } from '../declaration.js'
import { DeclarationError } from './declaration-error.js'
import { type Derive, declaredOutputs } from './declared.js'
import { documentOutput } from './documentation.js'
import { enumTypeOf, kindOf } from './feature.js'
import { graphqlTypeOf } from './graphql-type.js'

/**
 * An output as a team declares it: a Float unless `type`, `categories` (an enum) or `length` (a vector) says otherwise.
 * It is read from `column` of `tensor`, or derived by `from`, which gets the outputs of its row that are read from
 * tensors and those derived before it. Annotate the parameter with the output class: `from: (score: FraudScore) => …`.
 */
export interface OutputOptions extends Omit<Partial<OutputDeclaration>, 'name' | 'kind' | 'derived'> {
  readonly type?: Exclude<OutputKind, 'category'>
  readonly from?: (row: never) => unknown
}

/** Declares a property of a type-graphql `@ObjectType` as an output. Throws a {@link DeclarationError} like `Feature`. */
export function Output(options: OutputOptions): PropertyDecorator {
  return (prototype, property) => {
    const owner = prototype.constructor.name
    const declaration = declareOutput(owner, String(property), options)
    const faults = findOutputFaults(declaration)
    if (faults.length > 0) throw new DeclarationError(`${owner}.${declaration.name} ${faults.join('; it ')}.`)
    declaredOutputs.add(prototype, { declaration, ...(options.from ? { derive: options.from as Derive } : {}) })
    Field(graphqlTypeOf(declaration), { description: documentOutput(declaration) || undefined })(prototype, property)
  }
}

function declareOutput(owner: string, name: string, { type, from, ...options }: OutputOptions): OutputDeclaration {
  const kind = kindOf({ type, ...options }) as OutputKind
  return {
    name,
    kind,
    ...options,
    ...(from ? { derived: options.description ?? 'from the other outputs' } : {}),
    ...(kind === 'category' ? { enumType: options.enumType ?? enumTypeOf(owner, name) } : {}),
  }
}
