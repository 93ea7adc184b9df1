import { type FieldNode, Kind, parse, type SelectionSetNode } from 'graphql'

export type ResponsePath = readonly (string | number)[]

/** Entities of one failed fetch that get an error of their own; the fields of the others are null as well. */
const MAX_ENTITIES = 100

/**
 * The places in a subgraph's response that stay empty when a fetch fails: the fields it asked for, of each entity it
 * asked about.
 */
export function failedFields(query: string, variables: Record<string, unknown> | undefined): ResponsePath[] {
  const operation = parse(query).definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION)
  const fields = operation ? fieldsOf(operation.selectionSet) : []
  const entities = fields.find((field) => field.name.value === '_entities')
  if (!entities?.selectionSet) return keysOf(fields).map((key) => [key])
  const keys = keysOf(fieldsOf(entities.selectionSet))
  return indices(variables?.representations).flatMap((index) => keys.map((key) => ['_entities', index, key]))
}

function fieldsOf(selectionSet: SelectionSetNode): FieldNode[] {
  return selectionSet.selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection]
    return selection.kind === Kind.INLINE_FRAGMENT ? fieldsOf(selection.selectionSet) : []
  })
}

function keysOf(fields: readonly FieldNode[]): string[] {
  return [...new Set(fields.map((field) => field.alias?.value ?? field.name.value))].filter(
    (key) => key !== '__typename',
  )
}

function indices(representations: unknown): number[] {
  return Array.isArray(representations) ? [...representations.slice(0, MAX_ENTITIES).keys()] : []
}
