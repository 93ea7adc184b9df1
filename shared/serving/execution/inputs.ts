import {
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLLeafType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql'
import { PLAIN_SCALARS } from './plain-scalars.js'

/** Stands for a value that does not fit its type. */
export const FAULT = Symbol('not of its type')

/**
 * Coerces a value of JSON to an input type, or answers `FAULT`. A value that is right already is handed on as it is, and what
 * was given is never changed. Fields keep the order in which they were given.
 */
export type Coerce = (value: unknown) => unknown

/** Compiles the coercion of a type. Types that name themselves are compiled once: `known` breaks the circle. */
export function compileInput(type: GraphQLInputType, known: Map<GraphQLInputType, Coerce> = new Map()): Coerce {
  if (isNonNullType(type)) {
    const coerce = compileInput(type.ofType, known)
    return (value) => (value == null ? FAULT : coerce(value))
  }
  if (isListType(type)) return compileList(compileInput(type.ofType, known))
  if (isInputObjectType(type)) return known.get(type) ?? compileObject(type, known)
  return compileLeaf(type)
}

function compileList(coerce: Coerce): Coerce {
  return (value) => {
    if (value == null) return null
    if (!Array.isArray(value)) return alone(coerce(value))
    let list: unknown[] = value
    for (let index = 0; index < value.length; index++) {
      const coerced = coerce(value[index])
      if (coerced === FAULT) return FAULT
      if (coerced === value[index]) continue
      if (list === value) list = value.slice()
      list[index] = coerced
    }
    return list
  }
}

function alone(item: unknown): unknown {
  return item === FAULT ? FAULT : [item]
}

interface InputField {
  readonly name: string
  readonly coerce: Coerce
  /** Undefined for none. */
  readonly defaultValue: unknown
  readonly required: boolean
}

/** An object is copied as soon as a field is to be another one, and handed on as it came otherwise. */
function compileObject(type: GraphQLInputObjectType, known: Map<GraphQLInputType, Coerce>): Coerce {
  if (type.isOneOf) return () => FAULT
  let fields: readonly InputField[] = []
  const coerce: Coerce = (value) => {
    if (value == null) return null
    if (typeof value !== 'object' || Array.isArray(value)) return FAULT
    return coerceFields(value as Record<string, unknown>, fields)
  }
  known.set(type, coerce)
  fields = Object.values(type.getFields()).map(({ name, type: of, defaultValue }) => ({
    name,
    coerce: compileInput(of, known),
    defaultValue,
    required: isNonNullType(of) && defaultValue === undefined,
  }))
  return coerce
}

function coerceFields(given: Record<string, unknown>, fields: readonly InputField[]): unknown {
  let object = given
  let unknown = 0
  for (const _ in given) unknown++
  for (const field of fields) {
    const value = given[field.name]
    if (value === undefined && field.required) return FAULT
    if (value !== undefined) unknown--
    const coerced = value === undefined ? field.defaultValue : field.coerce(value)
    if (coerced === value) continue
    if (coerced === FAULT) return FAULT
    if (object === given) object = { ...given }
    object[field.name] = coerced
  }
  return unknown === 0 ? object : FAULT
}

function compileLeaf(type: GraphQLLeafType): Coerce {
  const parse: Coerce = (value) => {
    if (value == null) return null
    try {
      const parsed = type.parseValue(value)
      return parsed === undefined ? FAULT : parsed
    } catch {
      return FAULT
    }
  }
  const isPlain = PLAIN_SCALARS.get(type)
  return isPlain ? (value) => (isPlain(value) ? value : parse(value)) : parse
}
