import { registerEnumType } from 'type-graphql'
import { DeclarationError } from './declaration-error.js'

/** GraphQL enums by name: an enum type exists once in a graph, however many properties use it. */
const enums = new Map<string, Readonly<Record<string, string>>>()

/**
 * The enum type of a category, registered with type-graphql when it is first named. Its values are their own names.
 * Throws a {@link DeclarationError} where two declarations give one name to different categories.
 */
export function categoryEnum(name: string, categories: readonly string[]): object {
  const known = enums.get(name)
  if (known) return sameEnum(name, known, categories)
  const values = Object.fromEntries(categories.map((category) => [category, category]))
  registerEnumType(values, { name })
  enums.set(name, values)
  return values
}

function sameEnum(name: string, known: Readonly<Record<string, string>>, categories: readonly string[]): object {
  const names = Object.keys(known)
  if (names.join() === categories.join()) return known
  throw new DeclarationError(
    `The enum type ${name} is declared with the categories ${names.join(', ')} and with ${categories.join(', ')}; ` +
      'give one of them another `enumType`.',
  )
}
