import {
  defaultTypeResolver,
  type GraphQLAbstractType,
  GraphQLError,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql'
import type { Path } from './collected-errors.js'
import { type Complete, type Execution, isPromise } from './execution.js'
import { type Located, settle } from './field-error.js'
import { PLAIN_SCALARS } from './plain-scalars.js'

/** Answers the selection that a field makes of an object of this type. */
export type AnswerObject = (type: GraphQLObjectType) => Complete

/** Compiles the completion of values of a type, in the steps of graphql-js. */
export function compileCompletion(type: GraphQLOutputType, located: Located, objects: AnswerObject): Complete {
  if (isNonNullType(type)) return nonNull(compileCompletion(type.ofType, located, objects), located)
  const complete = compileNullable(type, located, objects)
  return (value, path, info, execution) => {
    if (value instanceof Error) throw value
    return value == null ? null : complete(value, path, info, execution)
  }
}

function nonNull(complete: Complete, { coordinate }: Located): Complete {
  return (value, path, info, execution) => {
    const completed = complete(value, path, info, execution)
    if (completed !== null) return completed
    throw new Error(`Cannot return null for non-nullable field ${coordinate}.`)
  }
}

function compileNullable(type: GraphQLOutputType, located: Located, objects: AnswerObject): Complete {
  if (isListType(type)) return compileList(type.ofType, located, objects)
  if (isLeafType(type)) return compileLeaf(type)
  if (isAbstractType(type)) return compileAbstract(type, located, objects)
  if (isObjectType(type)) return checkedObject(type, located, objects)
  throw new TypeError(`${String(type)} is no type of an answer`)
}

function compileList(itemType: GraphQLOutputType, located: Located, objects: AnswerObject): Complete {
  const complete = compileCompletion(itemType, located, objects)
  const item = { ...located, nullable: !isNonNullType(itemType) }
  return (value, path, info, execution) => {
    const given = itemsOf(value, located)
    const items = new Array<unknown>(given.length)
    let waits = false
    for (let key = 0; key < given.length; key++) {
      const itemPath: Path = { prev: path, key, typename: undefined }
      items[key] = settle(given[key], itemPath, info, execution, item, complete)
      if (isPromise(items[key])) waits = true
    }
    return waits ? Promise.all(items) : items
  }
}

function itemsOf(value: unknown, { coordinate }: Located): readonly unknown[] {
  if (Array.isArray(value)) return value
  if (typeof (value as Partial<Iterable<unknown>>)[Symbol.iterator] === 'function' && typeof value === 'object') {
    return Array.from(value as Iterable<unknown>)
  }
  throw new GraphQLError(`Expected Iterable, but did not find one for field "${coordinate}".`)
}

function compileLeaf(type: GraphQLLeafType): Complete {
  const isPlain = PLAIN_SCALARS.get(type)
  return (value) => {
    if (isPlain?.(value)) return value
    const serialized = type.serialize(value)
    if (serialized != null) return serialized
    throw new Error(`Expected ${type.name} to serialize a value that is not null, but it answered ${serialized}.`)
  }
}

function compileAbstract(type: GraphQLAbstractType, located: Located, objects: AnswerObject): Complete {
  const resolveType = type.resolveType ?? defaultTypeResolver
  const members = new Map<unknown, Complete>()
  const memberOf = (name: unknown, info: GraphQLResolveInfo): Complete => {
    const known = members.get(name)
    if (known) return known
    const member = checkedObject(memberType(type, name, located, info), located, objects)
    members.set(name, member)
    return member
  }
  return (value, path, info, execution) => {
    const name = resolveType(value, execution.context, info, type)
    if (!isPromise(name)) return memberOf(name, info)(value, path, info, execution)
    return name.then((resolved) => memberOf(resolved, info)(value, path, info, execution))
  }
}

function memberType(
  type: GraphQLAbstractType,
  name: unknown,
  { nodes, coordinate }: Located,
  { schema }: GraphQLResolveInfo,
): GraphQLObjectType {
  const member = typeof name === 'string' ? schema.getType(name) : undefined
  if (isObjectType(member) && schema.isSubType(type, member)) return member
  const message = `${type.name} must be resolved to the name of one of its object types for ${coordinate}, not to ${String(name)}.`
  throw new GraphQLError(message, { nodes })
}

/** Types that say whether a value is of theirs are asked before its fields are answered. */
function checkedObject(type: GraphQLObjectType, { nodes }: Located, objects: AnswerObject): Complete {
  const complete = objects(type)
  if (!type.isTypeOf) return complete
  const checked = (is: boolean, ...answered: Parameters<Complete>) => {
    if (is) return complete(...answered)
    throw new GraphQLError(`Expected a value of type ${type.name}.`, { nodes })
  }
  return (value, path, info, execution: Execution) => {
    const is = type.isTypeOf!(value, execution.context, info)
    if (!isPromise(is)) return checked(is, value, path, info, execution)
    return is.then((resolved) => checked(resolved as boolean, value, path, info, execution))
  }
}
