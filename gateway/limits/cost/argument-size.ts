import {
  type GraphQLArgument,
  type GraphQLInputType,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isListType,
  Kind,
  type ValueNode,
} from 'graphql'
import type { Variables } from '../../variables/coerce.js'
import { isList } from '../../variables/describe.js'
import type { Times } from './share.js'

/** Bytes of one value in base64, by vector scalar; those without come as JSON arrays only. */
const VECTORS: ReadonlyMap<string, number | undefined> = new Map([
  ['FloatVector', 4],
  ['IntVector', 4],
  ['BooleanVector', 1],
  ['StringVector', undefined],
  ['ImageVector', undefined],
])

/** The number that a slicing argument tells: itself, or the length of a list; undefined when it is not given. */
export function slicingSize(
  { defaultValue }: GraphQLArgument,
  given: ValueNode | undefined,
): ((variables: Variables) => number | undefined) | number | undefined {
  const otherwise = numberOf(defaultValue)
  if (!given) return otherwise
  const name = given.kind === Kind.VARIABLE ? given.name.value : undefined
  if (name !== undefined) return (variables) => (name in variables ? numberOf(variables[name]) : otherwise)
  if (given.kind === Kind.LIST) return given.values.length
  return given.kind === Kind.INT ? Number(given.value) : undefined
}

/** How many rows an argument brings: elements of a list of input objects, or of the longest vector in it; 0 for others. */
export function rowsOf({ type }: GraphQLArgument, given: ValueNode | undefined): Times {
  if (!given || !bringsRows(type)) return 0
  const isColumns = !isListType(getNullableType(type))
  const count = isColumns ? columnsCounter(type) : lengthOf
  if (given.kind === Kind.VARIABLE) return (variables) => count(variables[given.name.value])
  if (!isColumns) return given.kind === Kind.LIST ? given.values.length : 1
  return (variables) => count(plain(given, variables))
}

/** Whether the rows of an argument come as vectors. */
export function bringsColumns({ type }: GraphQLArgument): boolean {
  return !isListType(getNullableType(type)) && bringsRows(type)
}

function bringsRows(type: GraphQLInputType): boolean {
  const named = getNamedType(type)
  if (isListType(getNullableType(type))) return isInputObjectType(named)
  if (isInputObjectType(named)) return Object.values(named.getFields()).some((field) => isVector(field.type))
  return isVector(type)
}

/** The longest of all, since a subgraph refuses columns of different lengths. */
function columnsCounter(type: GraphQLInputType): (value: unknown) => number {
  const named = getNamedType(type)
  if (!isInputObjectType(named)) return (value) => vectorLength(value, VECTORS.get(named.name))
  const columns = Object.values(named.getFields())
    .filter((field) => isVector(field.type))
    .map((field) => [field.name, VECTORS.get(getNamedType(field.type).name)] as const)
  return (value) => {
    let longest = 0
    const given = (value ?? {}) as Readonly<Record<string, unknown>>
    for (const [name, bytes] of columns) longest = Math.max(longest, vectorLength(given[name], bytes))
    return longest
  }
}

function vectorLength(value: unknown, bytes: number | undefined): number {
  if (isList(value)) return value.length
  if (typeof value !== 'string' || bytes === undefined) return 0
  const padding = value.endsWith('==') ? 2 : value.endsWith('=') ? 1 : 0
  return Math.ceil((Math.ceil(value.length / 4) * 3 - padding) / bytes)
}

function isVector(type: GraphQLInputType): boolean {
  return VECTORS.has(getNamedType(type).name)
}

function lengthOf(value: unknown): number {
  if (Array.isArray(value)) return value.length
  return value == null ? 0 : 1
}

function numberOf(value: unknown): number | undefined {
  if (isList(value)) return value.length
  return typeof value === 'number' && value >= 0 ? value : undefined
}

/** A literal as data, as far as its size counts. */
function plain(node: ValueNode, variables: Variables): unknown {
  switch (node.kind) {
    case Kind.VARIABLE:
      return variables[node.name.value]
    case Kind.OBJECT:
      return Object.fromEntries(node.fields.map(({ name, value }) => [name.value, plain(value, variables)]))
    case Kind.LIST:
      return node.values
    default:
      return 'value' in node ? node.value : undefined
  }
}
