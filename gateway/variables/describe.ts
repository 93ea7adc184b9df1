import { type GraphQLInputType, isEnumType, isInputObjectType, isListType, isNonNullType } from 'graphql'
import { UnreadList } from './unread-list.js'

const SCALARS: Readonly<Record<string, string>> = {
  Float: 'a finite number',
  Int: 'a whole number from -2147483648 to 2147483647',
  String: 'text',
  Boolean: 'true or false',
  ID: 'an id (text or a whole number)',
}

/** What a value of this type looks like, in words for an error: `a finite number`, `one of GROCERY, TRAVEL`. */
export function describeType(type: GraphQLInputType): string {
  if (isNonNullType(type)) return describeType(type.ofType)
  if (isListType(type)) return `a list (${String(type)})`
  if (isEnumType(type))
    return `one of ${type
      .getValues()
      .map(({ name }) => name)
      .join(', ')}`
  if (isInputObjectType(type)) return `an object ${type.name} with ${describeFields(Object.keys(type.getFields()))}`
  return SCALARS[type.name] ?? `a ${type.name}`
}

const NAMED_FIELDS = 40

function describeFields(names: readonly string[]): string {
  const more = names.length - NAMED_FIELDS
  return names.slice(0, NAMED_FIELDS).join(', ') + (more > 0 ? ` and ${more} more` : '')
}

/** Whether a JSON value is a list, read or not. */
export function isList(value: unknown): value is readonly unknown[] | UnreadList {
  return Array.isArray(value) || value instanceof UnreadList
}

/** The kind of a JSON value, never the value. */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (isList(value)) return 'a list'
  switch (typeof value) {
    case 'string':
      return 'text'
    case 'number':
      return Number.isFinite(value) ? 'a number' : 'a number too large to represent'
    case 'boolean':
      return 'true or false'
    default:
      return 'an object'
  }
}

/**
 * Whether a JSON value holds only finite numbers. JSON can say `1e400`, which reads as infinity and would be written on
 * as `null`: a wrong value turned silently into a missing one.
 */
export function isFiniteThroughout(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object' || value === null || value instanceof UnreadList) return true
  return (Array.isArray(value) ? value : Object.values(value)).every(isFiniteThroughout)
}
