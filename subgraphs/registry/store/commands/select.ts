import { expressionTest, type Variables } from '../aggregation/expressions.js'
import { sortCollation } from '../query/collation.js'
import { compileFilter } from '../query/matcher.js'
import { type Plan, planQuery } from '../query/planner.js'
import { parseSort, sortBy } from '../query/sorting.js'
import type { Collection } from '../storage/catalogue.js'
import type { StoredRecord } from '../storage/documents.js'
import { type Doc, isDocument, readTyped } from '../values/documents.js'
import type { CommandScope } from './command.js'

/** A stored document that matched, read with its types. */
export interface Hit extends StoredRecord {
  doc: Doc
}

export interface Selection {
  filter: Doc
  sort?: unknown
  skip?: number | undefined
  limit?: number | undefined
  collation?: unknown
  variables: Variables
}

/** The documents of a collection that match, sorted, skipped and limited. */
export function select(collection: Collection | undefined, selection: Selection, scope: CommandScope): Hit[] {
  const { filter, skip = 0, limit } = selection
  const sort = parseSort(selection.sort)
  const collation = sortCollation(selection.collation, filter)
  const matches = compileFilter(filter, expressionTest(selection.variables))
  if (!collection) return []
  const plan = planQuery(collection, filter, collation ? [] : sort)
  const inOrder = sort.length === 0 || (plan.kind === 'index' && plan.sorted)
  const enough = inOrder && limit ? skip + limit : Number.POSITIVE_INFINITY
  const hits: Hit[] = []
  for (const stored of candidates(collection, plan, scope)) {
    scope.deadline.step()
    const doc = readTyped(stored.raw)
    if (matches(doc) && hits.push({ ...stored, doc }) >= enough) break
  }
  const sorted = inOrder ? hits : sortBy(hits, sort, (hit) => hit.doc, collation)
  return skip || limit ? sorted.slice(skip, limit ? skip + limit : undefined) : sorted
}

/** The variables of a command: its `let`, and the moment it began. */
export function variablesOf(command: Doc, { now }: CommandScope): Variables {
  return { values: isDocument(command.let) ? command.let : {}, now }
}

function* candidates(collection: Collection, plan: Plan, scope: CommandScope): Iterable<StoredRecord> {
  if (plan.kind === 'scan') return yield* scope.documents.scan(collection)
  const seen = mayRepeat(plan) ? new Set<number>() : undefined
  for (const record of recordsOf(plan, scope)) {
    if (seen?.has(record)) continue
    seen?.add(record)
    const raw = scope.documents.get(collection, record)
    if (raw) yield { record, raw }
  }
}

function* recordsOf(plan: Plan, scope: CommandScope): Iterable<number> {
  if (plan.kind === 'union') for (const branch of plan.branches) yield* recordsOf(branch, scope)
  if (plan.kind !== 'index') return
  const ranges = plan.reverse ? [...plan.ranges].reverse() : plan.ranges
  for (const range of ranges) yield* scope.documents.recordsIn(plan.index, range, plan.reverse)
}

function mayRepeat(plan: Plan): boolean {
  return plan.kind === 'union' || (plan.kind === 'index' && (plan.index.multikey || plan.index.truncated))
}
