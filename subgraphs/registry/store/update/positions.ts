import { badValue } from '../faults.js'
import { compileFilter, type ExpressionTest } from '../query/matcher.js'
import { type Doc, isDocument } from '../values/documents.js'
import { getAt, splitPath } from './paths.js'

export interface Positions {
  filter: Doc
  arrayFilters: Doc[]
  expressionTest: ExpressionTest
}

/** The exact paths an update path means in a document: `$` the matched element, `$[]` all, `$[id]` those a filter passes. */
export function exactPaths(doc: Doc, path: string, positions: Positions): string[][] {
  let paths: string[][] = [[]]
  for (const field of splitPath(path)) {
    paths = field.startsWith('$')
      ? paths.flatMap((prefix) => chosen(doc, prefix, field, positions).map((n) => [...prefix, String(n)]))
      : paths.map((prefix) => [...prefix, field])
  }
  return paths
}

/** Throws unless every array filter is used by some path, which catches misspelt identifiers. */
export function requireUsed(arrayFilters: Doc[], paths: string[]): void {
  for (const filter of arrayFilters) {
    const name = identifierOf(filter)
    if (!paths.some((path) => path.split('.').includes(`$[${name}]`))) {
      throw badValue(`the array filter for identifier '${name}' was not used in the update`)
    }
  }
}

function chosen(doc: Doc, prefix: string[], field: string, positions: Positions): number[] {
  const values = getAt(doc, prefix)
  if (!Array.isArray(values)) {
    throw badValue(`The path '${prefix.join('.')}' must exist in the document in order to apply array updates.`)
  }
  const all = values.map((_, n) => n)
  if (field === '$[]') return all
  if (field === '$') return [matchedPosition(values, prefix, positions)]
  const passes = identifiedTest(field, positions)
  return all.filter((n) => passes(values[n]))
}

function identifiedTest(field: string, { arrayFilters, expressionTest }: Positions): (item: unknown) => boolean {
  const name = /^\$\[([a-z][a-zA-Z0-9]*)\]$/.exec(field)?.[1]
  const filters = arrayFilters.filter((filter) => identifierOf(filter) === name)
  if (name === undefined || filters.length === 0) throw badValue(`No array filter found for identifier '${field}'`)
  const tests = filters.map((filter) => compileFilter(filter, expressionTest))
  return (item) => tests.every((test) => test({ [name]: item }))
}

function identifierOf(filter: Doc): string | undefined {
  for (const [field, value] of Object.entries(filter)) {
    if (!field.startsWith('$')) return field.split('.')[0]
    const inner = Array.isArray(value) ? value.find(isDocument) : undefined
    if (inner) return identifierOf(inner)
  }
  return undefined
}

/** The first element that satisfies the filter's conditions on this array. */
function matchedPosition(values: unknown[], prefix: string[], { filter, expressionTest }: Positions): number {
  const path = prefix.filter((field) => !/^\d+$/.test(field)).join('.')
  const conditions = conditionsOn(filter, path)
  const tests = conditions.map((condition) => compileFilter(condition, expressionTest))
  const wrap = (item: unknown) => nest(path.split('.'), [item])
  const position = tests.length === 0 ? -1 : values.findIndex((item) => tests.every((test) => test(wrap(item))))
  if (position === -1) throw badValue('The positional operator did not find the match needed from the query.')
  return position
}

function conditionsOn(filter: Doc, path: string): Doc[] {
  return Object.entries(filter).flatMap(([field, value]) => {
    if (field === '$and' && Array.isArray(value)) return value.flatMap((part) => conditionsOn(part as Doc, path))
    return field === path || field.startsWith(`${path}.`) ? [{ [field]: value }] : []
  })
}

function nest(path: string[], value: unknown): Doc {
  return path.reduceRight<unknown>((inner, field) => ({ [field]: inner }), value) as Doc
}
