import {
  type GraphQLCompositeType,
  GraphQLError,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type SelectionNode,
} from 'graphql'
import type { Variables } from '../variables/coerce.js'
import { both, type Condition, conditionOf } from './condition.js'
import { leafCheck } from './leaf.js'
import type { Plain } from './plain.js'
import { mergedSelections, type OperationSource, type Selection } from './selections.js'

/** What an operation asked for out of all that was fetched for it, and what of it does not fit the schema. */
export type Shaper = (
  fetched: Plain,
  variables: Variables,
) => { readonly data: Plain | null; readonly errors: readonly GraphQLError[] }

/**
 * Compiles the completion of an operation (GraphQL spec 6.4.3) over fetched data: its fields in order, leaves checked, nulls
 * carried up to where they may stand, an error for each. The rules are those of Apollo's gateway, their order included: a
 * field's nullability is that of the type it was selected on. One is not: Apollo forgets the type of an object within a
 * fragment on an interface, and so the fields of fragments in it. Fields are looked up here, once for each type that a
 * subgraph names, and never for a request. The shaper throws a `GraphQLError` for data of the wrong kind, such as
 * text for a list.
 */
export function compileShaper(schema: GraphQLSchema, { operation, fragments }: OperationSource): Shaper {
  const root = schema.getRootType(operation.operation)!
  const complete = new ShaperCompiler(schema, fragments).object(root, operation.selectionSet.selections, root.name)
  return (fetched, variables) => {
    const run: Run = { variables, errors: [], path: [] }
    const data = complete(fetched, undefined, run)
    return { data: data === BROKEN ? null : (data as Plain), errors: run.errors }
  }
}

interface Run {
  readonly variables: Variables
  readonly errors: GraphQLError[]
  readonly path: (string | number)[]
}

/** Null, with an error that says why. */
const BROKEN = Symbol('broken')
/** Null where there must be none: what holds it is null as well. */
const INVALID = Symbol('invalid')

/** The value to answer, {@link BROKEN} or {@link INVALID}. `before` is what an earlier selection of the field answered. */
type Complete = (value: unknown, before: unknown, run: Run) => unknown

/** Answers one field; false when the object cannot be. `isFirst`: the object was empty when its steps began. */
type Step = (source: Plain, target: Plain, run: Run, isFirst: boolean) => boolean

interface Scope {
  /** The type that the fields of a selection set are selected on. */
  readonly type: GraphQLCompositeType
  /** The type by which messages call it: the object's own, or that of the fragment around. */
  readonly shown: GraphQLNamedType
  /** The object's own type; undefined when its subgraph did not say which. */
  readonly own: GraphQLNamedType | undefined
  readonly when: Condition
}

class ShaperCompiler {
  constructor(
    private readonly schema: GraphQLSchema,
    private readonly fragments: OperationSource['fragments'],
  ) {}

  object(type: GraphQLCompositeType, selections: readonly SelectionNode[], parent: string): Complete {
    const byName = new Map<unknown, readonly Step[]>()
    const concrete = isObjectType(type) ? type : undefined
    const stepsOf = (name: unknown): readonly Step[] | undefined => {
      const named = name ? this.schema.getType(String(name)) : undefined
      if (name && !isCompositeType(named)) return undefined
      const steps = this.steps(selections, { type, shown: named ?? type, own: named ?? concrete, when: undefined })
      byName.set(name, steps)
      return steps
    }
    return (value, before, run) => {
      if (value === null) return null
      if (typeof value !== 'object') throw mismatch('non-object', value, `composite type ${type}`)
      const name = (value as Plain).__typename
      const steps = byName.get(name) ?? stepsOf(name)
      if (!steps) return report(run, `Invalid __typename found for object at ${placeOf(run, type, parent)}.`)
      const target = (before ?? {}) as Plain
      for (const step of steps) if (!step(value as Plain, target, run, before === undefined)) return BROKEN
      return target
    }
  }

  private steps(selections: readonly SelectionNode[], scope: Scope, keys = new Set<string>()): Step[] {
    return mergedSelections(selections, this.fragments).flatMap((selection) => {
      const when = both(scope.when, conditionOf(selection.directives))
      if (selection.kind === 'field') return [conditional(when, this.field(selection, scope, keys))]
      const type = selection.type ? (this.schema.getType(selection.type) as GraphQLCompositeType) : undefined
      if (type && !this.applies(type, scope)) return []
      const inner = type ? { ...scope, type, shown: type, when } : { ...scope, when }
      return this.steps(selection.selections, inner, keys)
    })
  }

  private applies(condition: GraphQLCompositeType, { own, shown }: Scope): boolean {
    const type = own ?? shown
    return (
      condition === type || (isAbstractType(condition) && this.schema.isSubType(condition, type as GraphQLObjectType))
    )
  }

  private field({ key, name, selections }: Selection & { kind: 'field' }, scope: Scope, keys: Set<string>): Step {
    const isOnly = !keys.has(key)
    keys.add(key)
    if (name === '__typename') return this.typeName(key, scope.own ?? scope.shown)
    const { type } = (scope.type as GraphQLObjectType).getFields()[name]!
    const complete = this.value(type, selections, scope.shown.name)
    const nullable = isNonNullType(type) ? type.ofType : type
    const answer = fieldStep(key, complete, isOnly, isLeafType(getNamedType(type)))
    return isLeafType(nullable) && isOnly ? leafStep(key, leafCheck(nullable), answer) : answer
  }

  private typeName(key: string, shown: GraphQLNamedType): Step {
    return (source, target) => {
      if (target[key] !== undefined) return true
      const given = source[key] ?? source.__typename
      const type = typeof given === 'string' && given !== shown.name ? (this.schema.getType(given) ?? shown) : shown
      if (!isObjectType(type)) return false
      target[key] = type.name
      return true
    }
  }

  private value(type: GraphQLOutputType, selections: readonly SelectionNode[], parent: string): Complete {
    if (isNonNullType(type)) return required(type.ofType, this.value(type.ofType, selections, parent), parent)
    if (isListType(type)) return list(type, this.value(type.ofType, selections, parent))
    if (!isLeafType(type)) return this.object(type, selections, parent)
    const check = leafCheck(type)
    return (value, _before, run) => {
      if (value === null || check(value)) return value
      return report(run, `Invalid value found for ${placeOf(run, type, parent)}.`)
    }
  }
}

function conditional(when: Condition, step: Step): Step {
  if (!when) return step
  return (source, target, run, isFirst) => !when(run.variables) || step(source, target, run, isFirst)
}

/** A leaf that is selected once and is right, which most are. */
function leafStep(key: string, check: (value: unknown) => boolean, otherwise: Step): Step {
  return (source, target, run, isFirst) => {
    const value = source[key]
    if (!isFirst || value === undefined || value === null || !check(value))
      return otherwise(source, target, run, isFirst)
    target[key] = value
    return true
  }
}

function fieldStep(key: string, complete: Complete, isOnly: boolean, isLeaf: boolean): Step {
  return (source, target, run, isFirst) => {
    const before = isFirst && isOnly ? undefined : target[key]
    if (before === null || (isLeaf && before !== undefined)) return true
    run.path.push(key)
    const value = complete(source[key] ?? null, before, run)
    run.path.pop()
    target[key] = typeof value === 'symbol' ? null : value
    return value !== INVALID
  }
}

function required(type: GraphQLOutputType, complete: Complete, parent: string): Complete {
  return (value, before, run) => {
    const completed = complete(value, before, run)
    if (completed === null) report(run, `Cannot return null for non-nullable ${placeOf(run, type, parent)}.`)
    return completed === null || completed === BROKEN ? INVALID : completed
  }
}

function list(type: GraphQLOutputType, complete: Complete): Complete {
  return (value, before, run) => {
    if (value === null) return null
    if (!Array.isArray(value)) throw mismatch('non-list', value, `list type ${type}`)
    const completed = new Array<unknown>(value.length)
    const depth = run.path.length
    let isInvalid = false
    for (let index = 0; index < value.length; index++) {
      run.path[depth] = index
      const earlier = before === undefined ? undefined : (before as unknown[])[index]
      const element = earlier === null ? null : complete(value[index], earlier, run)
      if (element === INVALID) isInvalid = true
      completed[index] = typeof element === 'symbol' ? null : element
    }
    run.path.length = depth
    return isInvalid ? BROKEN : completed
  }
}

function report({ errors, path }: Run, message: string): typeof BROKEN {
  errors.push(new GraphQLError(message, { path: [...path] }))
  return BROKEN
}

function placeOf({ path }: Run, type: GraphQLOutputType, parent: string): string {
  const last = path.at(-1)
  return typeof last === 'number' ? `array element of type ${type} at index ${last}` : `field ${parent}.${last}`
}

function mismatch(kind: string, value: unknown, wanted: string): GraphQLError {
  return new GraphQLError(`Invalid ${kind} value ${String(value)} returned by subgraph for ${wanted}`)
}
