import { type ConstDirectiveNode, type DefinitionNode, Kind, parse } from 'graphql'
import { directiveArgument } from '../supergraph/directive-argument.js'

/** Tag by which a team says that a field, or every field of a type, never changes and is the same for every caller. */
export const IMMUTABLE_TAG = 'immutable'

/** What executions need to know of a supergraph beyond the schema that clients see. */
export class SupergraphTypes {
  private readonly above = new Map<string, Set<string>>()
  private readonly immutable = new Set<string>()
  private readonly narrowed = new Set<string>()

  /** Reads a supergraph's SDL. */
  constructor(sdl: string) {
    const { definitions } = parse(sdl, { noLocation: true })
    for (const definition of definitions) this.read(definition)
    const inaccessible = definitions.filter(isInaccessible).map((definition) => nameOf(definition))
    for (const name of inaccessible) for (const type of this.above.get(name) ?? []) this.narrowed.add(type)
  }

  /** Whether an object of the second type is one of the first. */
  isSubtype(type: string, name: string): boolean {
    return type === name || this.above.get(name)?.has(type) === true
  }

  /** Whether the field of an object never changes: it is tagged, or the type is. */
  isImmutable(type: string, field: string): boolean {
    return this.immutable.has(type) || this.immutable.has(`${type}.${field}`)
  }

  /** Whether subgraphs know members or values of an abstract type or an enum that clients must not see. */
  isNarrowed(type: string): boolean {
    return this.narrowed.has(type)
  }

  private read(definition: DefinitionNode): void {
    switch (definition.kind) {
      case Kind.OBJECT_TYPE_DEFINITION:
      case Kind.INTERFACE_TYPE_DEFINITION:
        for (const { name } of definition.interfaces ?? []) this.put(name.value, definition.name.value)
        if (isTagged(definition.directives)) this.immutable.add(definition.name.value)
        for (const { name, directives } of definition.fields ?? []) {
          if (isTagged(directives)) this.immutable.add(`${definition.name.value}.${name.value}`)
        }
        break
      case Kind.UNION_TYPE_DEFINITION:
        for (const { name } of definition.types ?? []) this.put(definition.name.value, name.value)
        break
      case Kind.ENUM_TYPE_DEFINITION:
        if (definition.values?.some(isInaccessible)) this.narrowed.add(definition.name.value)
    }
  }

  private put(above: string, name: string): void {
    const types = this.above.get(name) ?? new Set()
    this.above.set(name, types.add(above))
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
