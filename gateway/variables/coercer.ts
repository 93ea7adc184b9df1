import {
  GraphQLFloat,
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLLeafType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql'
import type { ModelgraphError } from '../../shared/errors/modelgraph-error.js'
import { isFiniteThroughout, isList, kindOf } from './describe.js'
import { MAX_FINDINGS, type Place, report } from './finding.js'
import { UnreadList } from './unread-list.js'

/** Coerces the value under `key`; what is wrong is added to the findings. */
export type Coercer = (
  value: unknown,
  key: string | number,
  parent: Place | undefined,
  findings: ModelgraphError[],
) => unknown

const compiled = new WeakMap<GraphQLInputType, Coercer>()

/** The coercer of a type, compiled once: a variable is read on every request. */
export function coercerOf(type: GraphQLInputType): Coercer {
  const known = compiled.get(type)
  if (known) return known
  const coercer = compile(type)
  compiled.set(type, coercer)
  return coercer
}

function compile(type: GraphQLInputType): Coercer {
  if (isNonNullType(type)) return compileNonNull(type, coercerOf(type.ofType))
  const coerce = compileNullable(type)
  return (value, key, parent, findings) => (value == null ? null : coerce(value, key, parent, findings))
}

function compileNonNull(type: GraphQLInputType, coerce: Coercer): Coercer {
  return (value, key, parent, findings) =>
    value == null ? report(findings, key, parent, type, kindOf(value)) : coerce(value, key, parent, findings)
}

function compileNullable(type: GraphQLInputType): Coercer {
  if (isListType(type)) return compileList(coercerOf(type.ofType))
  if (isInputObjectType(type)) return compileObject(type)
  return compileLeaf(type as GraphQLLeafType)
}

function compileList(coerce: Coercer): Coercer {
  return (value, key, parent, findings) => {
    const list = value instanceof UnreadList ? value.read() : value
    if (!Array.isArray(list)) return [coerce(list, key, parent, findings)]
    const place = { key, parent }
    let coerced: unknown[] | undefined
    for (let index = 0; index < list.length; index++) {
      if (findings.length >= MAX_FINDINGS) break
      const element: unknown = list[index]
      const meant = coerce(element, index, place, findings)
      if (meant === element) continue
      coerced ??= [...(list as unknown[])]
      coerced[index] = meant
    }
    return coerced ?? list
  }
}

interface Field {
  readonly name: string
  readonly type: GraphQLInputType
  readonly fallback: unknown
  readonly isRequired: boolean
  readonly coerce: Coercer
}

/** Types may contain themselves; so their fields are compiled when the first value comes. */
function compileObject(type: GraphQLInputObjectType): Coercer {
  let fields: readonly Field[] | undefined
  const known = new Set(Object.keys(type.getFields()))
  return (value, key, parent, findings) => {
    if (typeof value !== 'object' || isList(value)) return report(findings, key, parent, type, kindOf(value))
    fields ??= Object.values(type.getFields()).map(compileField)
    const given = value as Readonly<Record<string, unknown>>
    const place = { key, parent }
    for (const name in given) {
      if (!known.has(name)) report(findings, name, place, type, 'a field it does not have')
    }
    if (type.isOneOf && !isOne(Object.values(given))) {
      return report(findings, key, parent, type, 'several fields or none')
    }
    return coerceFields(given, fields, place, findings)
  }
}

function compileField({ name, type, defaultValue }: GraphQLInputField): Field {
  return { name, type, fallback: defaultValue, isRequired: isNonNullType(type), coerce: coercerOf(type) }
}

/** Of a `@oneOf` object, exactly one field is given, and it is not null. */
function isOne(given: readonly unknown[]): boolean {
  return given.length === 1 && given[0] != null
}

/**
 * Most objects mean what they say: only one that means something else is copied. Defaults come last in it, wherever their
 * fields stand: the fields of an input object have no order (GraphQL specification, 2.9.8).
 */
function coerceFields(
  given: Readonly<Record<string, unknown>>,
  fields: readonly Field[],
  place: Place,
  findings: ModelgraphError[],
): Readonly<Record<string, unknown>> {
  let coerced: Record<string, unknown> | undefined
  for (const { name, type, fallback, isRequired, coerce } of fields) {
    const value = Object.hasOwn(given, name) ? given[name] : undefined
    const meant = value === undefined ? fallback : coerce(value, name, place, findings)
    if (meant !== value) {
      coerced ??= { ...given }
      coerced[name] = meant
    } else if (value === undefined && isRequired) report(findings, name, place, type, 'nothing')
    if (findings.length >= MAX_FINDINGS) break
  }
  return coerced ?? given
}

function compileLeaf(type: GraphQLLeafType): Coercer {
  if (type === GraphQLFloat) {
    return (value, key, parent, findings) =>
      Number.isFinite(value) ? value : coerceLeaf(type, value, key, parent, findings)
  }
  return (value, key, parent, findings) => coerceLeaf(type, value, key, parent, findings)
}

function coerceLeaf(
  type: GraphQLLeafType,
  value: unknown,
  key: string | number,
  parent: Place | undefined,
  findings: ModelgraphError[],
): unknown {
  if (!isFiniteThroughout(value)) return report(findings, key, parent, type, 'a number too large to represent')
  try {
    const parsed: unknown = type.parseValue(value)
    return parsed === undefined ? report(findings, key, parent, type, kindOf(value)) : parsed
  } catch {
    return report(findings, key, parent, type, kindOf(value))
  }
}
