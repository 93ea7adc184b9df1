import type { QueryPlanFieldNode, QueryPlanSelectionNode } from '@apollo/query-planner'
import { merge } from './merge.js'
import type { Plain } from './plain.js'
import type { SupergraphTypes } from './supergraph-types.js'

/** What a subgraph must be told of an object to know it: its type, its key, required fields. Null when one is missing. */
export type Represent = (source: Plain) => Plain | null

/** Compiles the `requires` of a fetch. */
export function compileRepresent(selections: readonly QueryPlanSelectionNode[], types: SupergraphTypes): Represent {
  const parts = selections.map((selection) => part(selection, types))
  return (source) => {
    if (source === null) return null
    const result: Plain = {}
    for (const add of parts) if (!add(source, result)) return null
    return result
  }
}

/** Adds to the result; false when something is missing. */
type Part = (source: Plain, result: Plain) => boolean

function part(selection: QueryPlanSelectionNode, types: SupergraphTypes): Part {
  if (selection.kind === 'Field') return fieldPart(selection, types)
  const { typeCondition, selections } = selection
  const represent = compileRepresent(selections, types)
  return (source, result) => {
    const name = source.__typename
    if (!typeCondition || !name || !types.isSubtype(typeCondition, String(name))) return true
    const inner = represent(source)
    if (inner) merge(result, inner, false)
    return true
  }
}

function fieldPart({ alias, name, selections }: QueryPlanFieldNode, types: SupergraphTypes): Part {
  const key = alias ?? name
  const represent = selections && compileRepresent(selections, types)
  return (source, result) => {
    const value = source[key]
    if (value === undefined) return false
    if (!represent) result[key] = value
    else result[key] = Array.isArray(value) ? value.map(represent) : represent(value as Plain)
    return true
  }
}
