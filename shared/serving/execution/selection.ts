import {
  defaultFieldResolver,
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  getNullableType,
  isLeafType,
  isNonNullType,
  TypeNameMetaFieldDef,
} from 'graphql'
import { collectFields, collectSubfields } from 'graphql/execution/collectFields.js'
import { compileArguments } from './arguments.js'
import type { Path } from './collected-errors.js'
import { compileCompletion } from './completion.js'
import { type CompiledDocument, type CompiledField, type Complete, type Execution, isPromise } from './execution.js'
import { fail, type Located, settle } from './field-error.js'

/** The variables that `@skip` and `@include` ask, as they are in this variant of the operation. */
type Conditions = Readonly<Record<string, unknown>>

/** Compiles the fields that an operation asks of its root type. */
export function compileRootFields(operation: CompiledDocument, conditions: Conditions): readonly CompiledField[] {
  const { schema, fragments, definition } = operation
  const type = schema.getRootType(definition.operation)!
  const collected = collectFields(schema, fragments, conditions, type, definition.selectionSet)
  return compileFields(collected, type, operation, conditions)
}

/** Answers fields side by side: an object, or a promise of one where any of them takes time. */
export function answerFields(
  fields: readonly CompiledField[],
  source: unknown,
  path: Path | undefined,
  execution: Execution,
): unknown {
  const answers: Record<string, unknown> = {}
  let waits = false
  try {
    for (const { key, answer } of fields) {
      const value = answer(source, path, execution)
      answers[key] = value
      if (isPromise(value)) waits = true
    }
  } catch (error) {
    if (!waits) throw error
    return allOf(answers).finally(() => {
      throw error
    })
  }
  return waits ? allOf(answers) : answers
}

/** Answers fields one after the other, as a mutation asks. */
export function answerFieldsInOrder(
  fields: readonly CompiledField[],
  source: unknown,
  path: Path | undefined,
  execution: Execution,
): unknown {
  const answers: Record<string, unknown> = {}
  const from = (index: number): unknown => {
    for (let at = index; at < fields.length; at++) {
      const { key, answer } = fields[at]!
      const value = answer(source, path, execution)
      if (!isPromise(value)) {
        answers[key] = value
        continue
      }
      return value.then((resolved) => {
        answers[key] = resolved
        return from(at + 1)
      })
    }
    return answers
  }
  return from(0)
}

/** The same object, when every promise in it has become its value. */
function allOf(answers: Record<string, unknown>): Promise<Record<string, unknown>> {
  const keys = Object.keys(answers)
  return Promise.all(Object.values(answers)).then((values) => {
    for (let index = 0; index < keys.length; index++) answers[keys[index]!] = values[index]
    return answers
  })
}

function compileFields(
  collected: ReadonlyMap<string, readonly FieldNode[]>,
  parent: GraphQLObjectType,
  operation: CompiledDocument,
  conditions: Conditions,
): readonly CompiledField[] {
  return [...collected].flatMap(([key, nodes]): CompiledField[] => {
    const name = nodes[0]!.name.value
    if (name === TypeNameMetaFieldDef.name) return [{ key, answer: () => parent.name }]
    const field = parent.getFields()[name]
    return field ? [compileField({ key, field, nodes, parent }, operation, conditions)] : []
  })
}

interface Selected {
  readonly key: string
  readonly field: GraphQLField<unknown, unknown>
  readonly nodes: readonly FieldNode[]
  readonly parent: GraphQLObjectType
}

function compileField(selected: Selected, operation: CompiledDocument, conditions: Conditions): CompiledField {
  const { key, field, nodes, parent } = selected
  const located = { nodes, nullable: !isNonNullType(field.type), coordinate: `${parent.name}.${field.name}` }
  const complete = compileCompletion(field.type, located, objectsOf(nodes, operation, conditions))
  const answer = compileResolved(selected, operation, located, complete)
  const plain = !field.resolve && field.args.length === 0 && isLeafType(getNullableType(field.type))
  return { key, answer: plain ? compileProperty(selected, located, complete, answer) : answer }
}

/** A field that is a property of its object and a scalar; everything but a plain value takes the way of `otherwise`. */
function compileProperty(
  { key, field: { name }, parent }: Selected,
  located: Located,
  complete: Complete,
  otherwise: CompiledField['answer'],
): CompiledField['answer'] {
  const completePlain = complete as (value: unknown) => unknown
  return (source, prev, execution) => {
    try {
      const value = typeof source === 'object' && source !== null ? (source as Values)[name] : undefined
      if (typeof value === 'function' || typeof source === 'function') return otherwise(source, prev, execution)
      if (!isPromise(value)) return completePlain(value)
      const path: Path = { prev, key, typename: parent.name }
      return value.then(completePlain).then(undefined, (error) => fail(error, path, execution, located))
    } catch (error) {
      return fail(error, { prev, key, typename: parent.name }, execution, located)
    }
  }
}

type Values = Readonly<Record<string, unknown>>

/** The selection of a field, for each type that its value may have. */
function objectsOf(nodes: readonly FieldNode[], operation: CompiledDocument, conditions: Conditions) {
  const known = new Map<GraphQLObjectType, Complete>()
  return (type: GraphQLObjectType): Complete => {
    const complete = known.get(type) ?? compileObject(type, nodes, operation, conditions)
    known.set(type, complete)
    return complete
  }
}

function compileObject(
  type: GraphQLObjectType,
  nodes: readonly FieldNode[],
  operation: CompiledDocument,
  conditions: Conditions,
): Complete {
  const { schema, fragments } = operation
  const collected = collectSubfields(schema, fragments, conditions, type, nodes)
  const fields = compileFields(collected, type, operation, conditions)
  return (value, path, _info, execution) => answerFields(fields, value, path, execution)
}

/** A field answered by its resolver, or by a property that holds more than a plain value. */
function compileResolved(
  { key, field, nodes, parent }: Selected,
  operation: CompiledDocument,
  located: Located,
  complete: Complete,
): CompiledField['answer'] {
  const readArguments = compileArguments(field, nodes[0]!)
  const resolve = field.resolve ?? defaultFieldResolver
  return (source, prev, execution) => {
    const path: Path = { prev, key, typename: parent.name }
    const info = infoOf(field, nodes, parent, path, operation, execution)
    let value: unknown
    try {
      value = resolve(source, readArguments(execution.variables), execution.context, info)
    } catch (error) {
      return fail(error, path, execution, located)
    }
    return settle(value, path, info, execution, located, complete)
  }
}

function infoOf(
  { name, type }: GraphQLField<unknown, unknown>,
  fieldNodes: readonly FieldNode[],
  parentType: GraphQLObjectType,
  path: Path,
  { schema, fragments, definition }: CompiledDocument,
  { variables }: Execution,
): GraphQLResolveInfo {
  return {
    fieldName: name,
    fieldNodes,
    returnType: type,
    parentType,
    path: path as GraphQLResolveInfo['path'],
    schema,
    fragments,
    rootValue: undefined,
    operation: definition,
    variableValues: variables,
  }
}
