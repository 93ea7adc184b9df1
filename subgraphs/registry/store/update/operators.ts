import { Timestamp } from 'bson'
import { badValue } from '../faults.js'
import type { ExpressionTest } from '../query/matcher.js'
import { type Doc, isDocument } from '../values/documents.js'
import { compareValues } from '../values/keys.js'
import { add, multiply } from './arithmetic.js'
import { addToSet, pop, pull, pullAll, push } from './array-operators.js'
import { getAt, setAt, splitPath, unsetAt } from './paths.js'

export interface UpdateScope {
  now: Date
  expressionTest: ExpressionTest
}

/** Changes a document at one exact path. */
export type UpdateOperator = (doc: Doc, path: string[], operand: unknown, scope: UpdateScope) => void

/** The update operators the store answers, besides `$setOnInsert`; everything else is refused. */
export const UPDATE_OPERATORS: Record<string, UpdateOperator> = {
  $set: (doc, path, operand) => setAt(doc, path, operand),
  $unset: (doc, path) => unsetAt(doc, path),
  $inc: (doc, path, operand) => setAt(doc, path, add(getAt(doc, path) ?? zeroFor(doc, path), operand)),
  $mul: (doc, path, operand) => setAt(doc, path, multiply(getAt(doc, path) ?? zeroFor(doc, path), operand)),
  $min: (doc, path, operand) => replaceIf(doc, path, operand, (order) => order < 0),
  $max: (doc, path, operand) => replaceIf(doc, path, operand, (order) => order > 0),
  $rename: (doc, path, operand) => rename(doc, path, operand),
  $currentDate: (doc, path, operand, { now }) => setAt(doc, path, dateAs(operand, now)),
  $push: (doc, path, operand) => setAt(doc, path, push(getAt(doc, path), operand)),
  $addToSet: (doc, path, operand) => setAt(doc, path, addToSet(getAt(doc, path), operand)),
  $pull: (doc, path, operand, { expressionTest }) =>
    changeExisting(doc, path, (list) => pull(list, operand, expressionTest)),
  $pullAll: (doc, path, operand) => changeExisting(doc, path, (list) => pullAll(list, operand)),
  $pop: (doc, path, operand) => changeExisting(doc, path, (list) => pop(list, operand)),
}

/** A missing number counts as 0; null is a value and no number. */
function zeroFor(doc: Doc, path: string[]): number | null {
  return getAt(doc, path) === null ? null : 0
}

function replaceIf(doc: Doc, path: string[], operand: unknown, wanted: (order: number) => boolean): void {
  const current = getAt(doc, path)
  if (current === undefined || wanted(compareValues(operand, current))) setAt(doc, path, operand)
}

function rename(doc: Doc, path: string[], operand: unknown): void {
  if (typeof operand !== 'string') throw badValue('the $rename target must be a string')
  const value = getAt(doc, path)
  if (value === undefined) return
  unsetAt(doc, path)
  setAt(doc, splitPath(operand), value)
}

function dateAs(operand: unknown, now: Date): Date | Timestamp {
  const type = isDocument(operand) ? operand.$type : 'date'
  if (type === 'date') return new Date(now)
  if (type === 'timestamp') return new Timestamp({ t: Math.floor(now.getTime() / 1000), i: 1 })
  throw badValue('$currentDate takes true, { $type: "date" } or { $type: "timestamp" }')
}

function changeExisting(doc: Doc, path: string[], change: (current: unknown) => unknown[]): void {
  const current = getAt(doc, path)
  if (current !== undefined) setAt(doc, path, change(current))
}
