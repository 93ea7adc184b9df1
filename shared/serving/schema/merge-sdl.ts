import { type DefinitionNode, Kind, type ObjectTypeDefinitionNode, parse, print } from 'graphql'

const ROOT_TYPES: readonly string[] = ['Query', 'Mutation', 'Subscription']

/**
 * One document out of several: root types are joined into one definition each and lead; of other types defined twice the first
 * is kept; a `schema` definition is dropped, since the root types have their usual names.
 */
export function mergeSdl(texts: readonly string[]): string {
  const definitions = texts.flatMap((text) => parse(text, { noLocation: true }).definitions)
  const rest = definitions.filter((node) => node.kind !== Kind.SCHEMA_DEFINITION && !isRoot(node))
  const links = rest.filter((node) => node.kind === Kind.SCHEMA_EXTENSION)
  const types = rest.filter((node) => node.kind !== Kind.SCHEMA_EXTENSION)
  const roots = ROOT_TYPES.flatMap((name) => joinedRoot(name, definitions))
  return `${print({ kind: Kind.DOCUMENT, definitions: [...links, ...roots, ...firstOfEach(types)] })}\n`
}

function joinedRoot(name: string, definitions: readonly DefinitionNode[]): DefinitionNode[] {
  const fields = definitions.filter(isRoot).flatMap((node) => (node.name.value === name ? (node.fields ?? []) : []))
  return fields.length === 0
    ? []
    : [{ kind: Kind.OBJECT_TYPE_DEFINITION, name: { kind: Kind.NAME, value: name }, fields } as const]
}

function isRoot(node: DefinitionNode): node is ObjectTypeDefinitionNode {
  return node.kind === Kind.OBJECT_TYPE_DEFINITION && ROOT_TYPES.includes(node.name.value)
}

function firstOfEach(definitions: readonly DefinitionNode[]): DefinitionNode[] {
  const seen = new Set<string>()
  return definitions.filter((node) => {
    if (!('name' in node) || !node.name || node.kind === Kind.OBJECT_TYPE_EXTENSION) return true
    const known = seen.has(node.name.value)
    seen.add(node.name.value)
    return !known
  })
}
