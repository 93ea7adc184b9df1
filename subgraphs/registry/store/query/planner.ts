import type { Collection } from '../storage/catalogue.js'
import type { Index } from '../storage/index-definition.js'
import type { KeyRange } from '../storage/record-keys.js'
import { type Doc, isDocument } from '../values/documents.js'
import { sameValue } from '../values/keys.js'
import { allowsMissing, type Condition, conditionsOf } from './conditions.js'
import { rangesOf } from './ranges.js'
import type { SortField } from './sorting.js'

/** How candidates are found. They include every match and may include more. */
export type Plan =
  | { kind: 'scan' }
  | { kind: 'index'; index: Index; ranges: KeyRange[]; sorted: boolean; reverse: boolean }
  | { kind: 'union'; branches: Plan[] }

/** Chooses the index with the most equalities, then a range, then the order; one index per branch of a top-level `$or`. */
export function planQuery(collection: Collection, filter: Doc, sort: SortField[]): Plan {
  const conditions = conditionsOf(filter)
  const candidates = collection.indexes.map((index) => assess(index, conditions, filter, sort))
  const best = candidates.filter((candidate) => candidate !== undefined).sort((a, b) => b.score - a.score)[0]
  if (best?.selective) return best.plan
  return planUnion(collection, filter) ?? best?.plan ?? { kind: 'scan' }
}

interface Candidate {
  plan: Plan
  score: number
  /** Whether the filter narrows the index, rather than the sort alone asking for it. */
  selective: boolean
}

const MAX_RANGES = 1000

function assess(
  index: Index,
  conditions: Map<string, Condition>,
  filter: Doc,
  sort: SortField[],
): Candidate | undefined {
  if (!covers(index, conditions, filter)) return undefined
  const equalities = leadingEqualities(index, conditions)
  const next = index.fields[equalities.length]
  const range = next && rangeOf(conditions.get(next.field), index)
  const order = orderFrom(index, equalities, sort)
  const score =
    equalities.length * 10 + (range ? rangeScore(range) : 0) + (order ? 5 : 0) + (index.spec.unique ? 0.5 : 0)
  if (score < 1) return undefined
  const ranges = rangesOf(index, equalities, range)
  const plan: Plan = { kind: 'index', index, ranges, sorted: order !== undefined, reverse: order === -1 }
  return { plan, score, selective: equalities.length > 0 || range !== undefined }
}

/** A partial index serves filters that repeat its expression; a sparse one those that ask for an existing value. */
function covers(index: Index, conditions: Map<string, Condition>, filter: Doc): boolean {
  const partial = Object.entries(index.spec.partialFilterExpression ?? {})
  if (!partial.every(([field, value]) => Object.hasOwn(filter, field) && sameValue(filter[field], value))) return false
  if (!index.spec.sparse) return true
  return index.fields.some(({ field }) => conditions.has(field) && !allowsMissing(conditions.get(field)!))
}

/** The equality conditions on the first fields, as long as their combinations stay few. */
function leadingEqualities(index: Index, conditions: Map<string, Condition>): Buffer[][] {
  const equalities: Buffer[][] = []
  let combinations = 1
  for (const { field } of index.fields) {
    const points = conditions.get(field)?.points
    if (!points || combinations * points.length > MAX_RANGES) break
    combinations *= points.length
    equalities.push(points)
  }
  return equalities
}

/** In a multikey index two bounds may be met by two elements, so only one of them may be used. */
function rangeOf(condition: Condition | undefined, index: Index): Condition | undefined {
  if (!condition?.lower && !condition?.upper) return undefined
  return index.multikey && condition.lower ? { lower: condition.lower } : condition
}

function rangeScore(range: Condition): number {
  return range.lower && range.upper ? 4 : 3
}

/** 1 or -1 when reading the index forwards or backwards gives the sort order; undefined when it does not. */
function orderFrom(index: Index, equalities: Buffer[][], sort: SortField[]): 1 | -1 | undefined {
  const fixed = equalities.every((points) => points.length === 1)
  if (sort.length === 0 || index.multikey || index.truncated || !fixed) return undefined
  const equalFields = new Set(index.fields.slice(0, equalities.length).map(({ field }) => field))
  const wanted = sort.filter(({ field }) => !equalFields.has(field))
  const offered = index.fields.slice(equalities.length)
  const turn = wanted.length === 0 ? 1 : wanted[0]!.direction * (offered[0]?.direction ?? 1)
  const follows = wanted.every(
    ({ field, direction }, n) => offered[n]?.field === field && offered[n]!.direction * turn === direction,
  )
  return follows ? (turn as 1 | -1) : undefined
}

function planUnion(collection: Collection, filter: Doc): Plan | undefined {
  const { $or: clauses, ...rest } = filter
  if (!Array.isArray(clauses) || !clauses.every(isDocument)) return undefined
  const branches = clauses.map((clause) => planQuery(collection, { $and: [clause, rest] }, []))
  return branches.every((branch) => branch.kind !== 'scan') ? { kind: 'union', branches } : undefined
}
