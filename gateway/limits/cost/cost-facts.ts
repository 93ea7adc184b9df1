import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
} from 'graphql'
import { directiveArgument } from '../../supergraph/directive-argument.js'

/** How many elements a field answers, as `@listSize` tells it. */
export interface ListSize {
  readonly assumed: number | undefined
  /** Arguments that tell the size: a number, or a list whose length it is. The largest counts. */
  readonly slicing: readonly string[]
  /** Fields of the answer that the size is meant for; empty: the field itself. */
  readonly sized: readonly string[]
}

/** What teams say of costs in their SDL; plain, so that another thread can read it off a large supergraph. */
export interface CostFacts {
  /** `@cost` by coordinate: `FraudScore`, `Query.search`, `Query.search(text:)`. */
  readonly weights: ReadonlyMap<string, number>
  /** `@listSize` by coordinate of the field. */
  readonly lists: ReadonlyMap<string, ListSize>
}

/** Reads `@cost` and `@listSize`, whatever the supergraph calls them. */
export function readCostFacts(document: DocumentNode): CostFacts {
  const reading: Reading = { ...directiveNames(document), weights: new Map(), lists: new Map() }
  for (const definition of document.definitions) readDefinition(definition, reading)
  return { weights: reading.weights, lists: reading.lists }
}

interface Names {
  readonly cost: string
  readonly listSize: string
}

interface Reading extends Names {
  readonly weights: Map<string, number>
  readonly lists: Map<string, ListSize>
}

function readDefinition(definition: DefinitionNode, reading: Reading): void {
  switch (definition.kind) {
    case Kind.SCALAR_TYPE_DEFINITION:
    case Kind.ENUM_TYPE_DEFINITION:
      readWeight(definition.name.value, definition.directives, reading)
      break
    case Kind.OBJECT_TYPE_DEFINITION:
    case Kind.INTERFACE_TYPE_DEFINITION:
      readWeight(definition.name.value, definition.directives, reading)
      for (const field of definition.fields ?? []) readField(definition.name.value, field, reading)
  }
}

function readField(type: string, { name, directives, arguments: args }: FieldDefinitionNode, reading: Reading): void {
  const coordinate = `${type}.${name.value}`
  readWeight(coordinate, directives, reading)
  for (const argument of args ?? []) readWeight(`${coordinate}(${argument.name.value}:)`, argument.directives, reading)
  const list = directives?.find((directive) => directive.name.value === reading.listSize)
  if (list) reading.lists.set(coordinate, listSizeOf(list))
}

function readWeight(
  coordinate: string,
  directives: readonly ConstDirectiveNode[] | undefined,
  { cost, weights }: Reading,
): void {
  const directive = directives?.find(({ name }) => name.value === cost)
  if (directive) weights.set(coordinate, Number(directiveArgument(directive, 'weight')))
}

function listSizeOf(directive: ConstDirectiveNode): ListSize {
  const assumed = directiveArgument(directive, 'assumedSize')
  return {
    assumed: assumed === undefined ? undefined : Number(assumed),
    slicing: (directiveArgument(directive, 'slicingArguments') ?? []) as string[],
    sized: (directiveArgument(directive, 'sizedFields') ?? []) as string[],
  }
}

const SPECIFICATION = /^https:\/\/specs\.apollo\.dev\/cost\/v\d/

/** Composition imports the directives under the name that teams give them, and leaves those with their own name out. */
function directiveNames(document: DocumentNode): Names {
  const imports = document.definitions
    .flatMap((node) => (node.kind === Kind.SCHEMA_DEFINITION || node.kind === Kind.SCHEMA_EXTENSION ? [node] : []))
    .flatMap((schema) => schema.directives ?? [])
    .filter((link) => SPECIFICATION.test(String(directiveArgument(link, 'url') ?? '')))
    .flatMap((link) => (directiveArgument(link, 'import') ?? []) as (string | { name: string; as?: string })[])
  const named = (name: string) => {
    const renamed = imports.find((entry) => typeof entry === 'object' && entry.name === `@${name}`)
    return typeof renamed === 'object' ? (renamed.as ?? renamed.name).slice(1) : name
  }
  return { cost: named('cost'), listSize: named('listSize') }
}
