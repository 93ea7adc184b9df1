import {
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLLeafType,
  type GraphQLSchema,
  isInputObjectType,
  isListType,
  isNonNullType,
  type OperationDefinitionNode,
  typeFromAST,
  type VariableDefinitionNode,
  valueFromAST,
} from 'graphql'
import { ModelgraphError } from '../../shared/errors/modelgraph-error.js'
import { describeType, isFiniteThroughout, kindOf } from './describe.js'

export type Variables = Readonly<Record<string, unknown>>

/** Either the values a request means, defaults filled in, or everything that is wrong with them. */
export type CoercedVariables = { readonly values: Variables } | { readonly errors: readonly ModelgraphError[] }

/** More than this many findings in one request help nobody. */
const MAX_ERRORS = 20

/**
 * Coerces a request's variables by the GraphQL rules (spec 6.1.2). Every finding is a `BAD_USER_INPUT` with the path in
 * the words of the request (`input.amount`, `inputs.7.amount`), what was expected, and the kind of what came. The value
 * itself is never repeated: a feature may be sensitive.
 */
export function coerceVariables(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  given: Variables,
): CoercedVariables {
  const findings: ModelgraphError[] = []
  const values: Record<string, unknown> = Object.create(null)
  for (const definition of operation.variableDefinitions ?? []) {
    const value = coerceVariable(schema, definition, given, findings)
    if (value !== undefined) values[definition.variable.name.value] = value
  }
  return findings.length > 0 ? { errors: findings } : { values }
}

function coerceVariable(
  schema: GraphQLSchema,
  definition: VariableDefinitionNode,
  given: Variables,
  findings: ModelgraphError[],
): unknown {
  const name = definition.variable.name.value
  const type = typeFromAST(schema, definition.type as never) as GraphQLInputType
  const value = Object.hasOwn(given, name) ? given[name] : undefined
  if (value !== undefined) return coerce(value, type, { key: name, parent: undefined }, findings)
  if (definition.defaultValue) return valueFromAST(definition.defaultValue, type)
  if (isNonNullType(type)) report(findings, { key: name, parent: undefined }, type, 'nothing')
  return undefined
}

/** Where a value stands; a linked list, since most values are right and need no path. */
interface Place {
  readonly key: string | number
  readonly parent: Place | undefined
}

function coerce(value: unknown, type: GraphQLInputType, place: Place, findings: ModelgraphError[]): unknown {
  if (findings.length >= MAX_ERRORS) return undefined
  if (isNonNullType(type)) {
    return value == null ? report(findings, place, type, kindOf(value)) : coerce(value, type.ofType, place, findings)
  }
  if (value == null) return null
  if (isListType(type)) return coerceList(value, type.ofType, place, findings)
  if (isInputObjectType(type)) return coerceObject(value, type, place, findings)
  return coerceLeaf(value, type, place, findings)
}

function coerceList(value: unknown, type: GraphQLInputType, place: Place, findings: ModelgraphError[]): unknown[] {
  if (!Array.isArray(value)) return [coerce(value, type, place, findings)]
  return value.map((element, index) => coerce(element, type, { key: index, parent: place }, findings))
}

function coerceObject(
  value: unknown,
  type: GraphQLInputObjectType,
  place: Place,
  findings: ModelgraphError[],
): Variables | undefined {
  if (typeof value !== 'object' || Array.isArray(value)) return report(findings, place, type, kindOf(value))
  const given = value as Variables
  refuseUnknownFields(given, type, place, findings)
  if (type.isOneOf && !isOne(Object.values(given))) {
    return report(findings, place, type, 'several fields or none')
  }
  return coerceFields(given, type, place, findings)
}

/** Of a `@oneOf` object, exactly one field is given, and it is not null. */
function isOne(given: readonly unknown[]): boolean {
  return given.length === 1 && given[0] != null
}

function coerceFields(
  given: Variables,
  type: GraphQLInputObjectType,
  place: Place,
  findings: ModelgraphError[],
): Variables {
  const coerced: Record<string, unknown> = {}
  for (const field of Object.values(type.getFields())) {
    const value = given[field.name]
    if (value !== undefined)
      coerced[field.name] = coerce(value, field.type, { key: field.name, parent: place }, findings)
    else if (field.defaultValue !== undefined) coerced[field.name] = field.defaultValue
    else if (isNonNullType(field.type)) report(findings, { key: field.name, parent: place }, field.type, 'nothing')
  }
  return coerced
}

function refuseUnknownFields(
  given: Variables,
  type: GraphQLInputObjectType,
  place: Place,
  findings: ModelgraphError[],
): void {
  const known = type.getFields()
  for (const name of Object.keys(given)) {
    if (!known[name]) report(findings, { key: name, parent: place }, type, 'a field it does not have')
  }
}

function coerceLeaf(value: unknown, type: GraphQLLeafType, place: Place, findings: ModelgraphError[]): unknown {
  if (!isFiniteThroughout(value)) return report(findings, place, type, 'a number too large to represent')
  try {
    const parsed: unknown = type.parseValue(value)
    return parsed === undefined ? report(findings, place, type, kindOf(value)) : parsed
  } catch {
    return report(findings, place, type, kindOf(value))
  }
}

function report(findings: ModelgraphError[], place: Place, type: GraphQLInputType, received: string): undefined {
  if (findings.length >= MAX_ERRORS) return
  const path = pathOf(place)
  const expected = describeType(type)
  const message = `${path}: expected ${expected}, received ${received}.`
  findings.push(new ModelgraphError('BAD_USER_INPUT', message, { path, expected, received }))
}

function pathOf(place: Place): string {
  return place.parent ? `${pathOf(place.parent)}.${place.key}` : String(place.key)
}
