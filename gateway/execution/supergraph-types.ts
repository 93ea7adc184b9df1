import { type ConstDirectiveNode, type DefinitionNode, type DocumentNode, Kind } from 'graphql'
import { directiveArgument } from '../supergraph/directive-argument.js'

/** Tag by which a team says that a field, or every field of a type, never changes and is the same for every caller. */
export const IMMUTABLE_TAG = 'immutable'

/** What {@link SupergraphTypes} are made of; plain, so that another thread can read it off a large supergraph. */
export interface SupergraphFacts {
  /** Interfaces and unions by the types that belong to them, types that clients do not see as well. */
  readonly above: ReadonlyMap<string, ReadonlySet<string>>
  /** `Type` and `Type.field` that never change. */
  readonly immutable: ReadonlySet<string>
  /** Abstract types and enums with members that clients do not see. */
  readonly narrowed: ReadonlySet<string>
}

/** What executions need to know of a supergraph beyond the schema that clients see. */
export class SupergraphTypes {
  constructor(private readonly facts: SupergraphFacts) {}

  /** Whether an object of the second type is one of the first. */
  isSubtype(type: string, name: string): boolean {
    return type === name || this.facts.above.get(name)?.has(type) === true
  }

  /** Whether the field of an object never changes: it is tagged, or the type is. */
  isImmutable(type: string, field: string): boolean {
    return this.facts.immutable.has(type) || this.facts.immutable.has(`${type}.${field}`)
  }

  /** Whether subgraphs know members or values of an abstract type or an enum that clients must not see. */
  isNarrowed(type: string): boolean {
    return this.facts.narrowed.has(type)
  }
}

/** Reads a supergraph. */
export function readSupergraphFacts({ definitions }: DocumentNode): SupergraphFacts {
  const reading: Reading = { above: new Map(), immutable: new Set(), narrowed: new Set() }
  for (const definition of definitions) read(definition, reading)
  const inaccessible = definitions.filter(isInaccessible).map((definition) => nameOf(definition))
  for (const name of inaccessible) for (const type of reading.above.get(name) ?? []) reading.narrowed.add(type)
  return reading
}

interface Reading {
  readonly above: Map<string, Set<string>>
  readonly immutable: Set<string>
  readonly narrowed: Set<string>
}

function read(definition: DefinitionNode, { above, immutable, narrowed }: Reading): void {
  const put = (type: string, name: string) => above.set(name, (above.get(name) ?? new Set()).add(type))
  switch (definition.kind) {
    case Kind.OBJECT_TYPE_DEFINITION:
    case Kind.INTERFACE_TYPE_DEFINITION:
      for (const { name } of definition.interfaces ?? []) put(name.value, definition.name.value)
      if (isTagged(definition.directives)) immutable.add(definition.name.value)
      for (const { name, directives } of definition.fields ?? []) {
        if (isTagged(directives)) immutable.add(`${definition.name.value}.${name.value}`)
      }
      break
    case Kind.UNION_TYPE_DEFINITION:
      for (const { name } of definition.types ?? []) put(definition.name.value, name.value)
      break
    case Kind.ENUM_TYPE_DEFINITION:
      if (definition.values?.some(isInaccessible)) narrowed.add(definition.name.value)
  }
}

function isTagged(directives: readonly ConstDirectiveNode[] = []): boolean {
  return directives.some(({ name, ...rest }) => {
    return name.value === 'tag' && directiveArgument({ name, ...rest }, 'name') === IMMUTABLE_TAG
  })
}

function isInaccessible(node: object): boolean {
  const { directives = [] } = node as { directives?: readonly ConstDirectiveNode[] }
  return directives.some(({ name }) => name.value === 'inaccessible')
}

function nameOf(definition: DefinitionNode): string {
  return 'name' in definition ? (definition.name?.value ?? '') : ''
}
