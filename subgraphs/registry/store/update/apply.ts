import { ObjectId } from 'bson'
import { badValue, refusal, StoreFault } from '../faults.js'
import { type Doc, isDocument } from '../values/documents.js'
import { sameValue } from '../values/keys.js'
import { UPDATE_OPERATORS, type UpdateScope } from './operators.js'
import { exactPaths, requireUsed } from './positions.js'
import { restoreTypes } from './restore-types.js'

/** A document of operators, a replacement, or a pipeline. */
export type Update = Doc | Doc[]

export interface UpdateOptions extends UpdateScope {
  filter: Doc
  arrayFilters: Doc[]
  /** True when the document is being made by an upsert: `$setOnInsert` counts. */
  inserting: boolean
  /** Runs a pipeline update on one document. */
  transform(pipeline: Doc[], doc: Doc): Doc
}

/** The document after an update. `doc` may be changed in place; its `_id` never changes. */
export function applyUpdate(doc: Doc, update: Update, options: UpdateOptions): Doc {
  const id = doc._id
  const result = changed(doc, update, options)
  if (id !== undefined && !sameValue(result._id, id)) throw immutableId()
  const { _id = new ObjectId(), ...rest } = result
  return { _id: id ?? _id, ...rest }
}

/** True for `{ name: 'x' }`, which replaces a document as a whole. */
export function isReplacement(update: unknown): update is Doc {
  return isDocument(update) && !Object.keys(update)[0]?.startsWith('$')
}

function changed(doc: Doc, update: Update, options: UpdateOptions): Doc {
  if (Array.isArray(update)) return restoreTypes(doc, options.transform(update, doc)) as Doc
  if (!isDocument(update)) throw badValue('an update must be a document or a pipeline')
  if (isReplacement(update)) return replacement(doc, update)
  return applyOperators(doc, update, options)
}

function replacement(doc: Doc, update: Doc): Doc {
  const stray = Object.keys(update).find((field) => field.startsWith('$'))
  if (stray) throw badValue(`a replacement can't contain the operator ${stray}`)
  return '_id' in update || doc._id === undefined ? update : { _id: doc._id, ...update }
}

function applyOperators(doc: Doc, update: Doc, options: UpdateOptions): Doc {
  const steps = Object.entries(update).flatMap(([operator, fields]) => stepsOf(operator, fields, options.inserting))
  requireUsed(
    options.arrayFilters,
    Object.values(update).flatMap((fields) => (isDocument(fields) ? Object.keys(fields) : [])),
  )
  requireDisjoint(steps)
  for (const { operator, path, operand } of steps) {
    for (const exact of exactPaths(doc, path, options)) UPDATE_OPERATORS[operator]!(doc, exact, operand, options)
  }
  return doc
}

interface Step {
  operator: string
  path: string
  operand: unknown
}

function stepsOf(operator: string, fields: unknown, inserting: boolean): Step[] {
  const name = operator === '$setOnInsert' ? '$set' : operator
  if (!Object.hasOwn(UPDATE_OPERATORS, name)) throw refusal(`the update operator ${operator}`)
  if (!isDocument(fields)) throw badValue(`${operator} needs a document of fields`)
  if (operator === '$setOnInsert' && !inserting) return []
  return Object.entries(fields).map(([path, operand]) => ({ operator: name, path, operand }))
}

function requireDisjoint(steps: Step[]): void {
  const paths = steps.flatMap((step) => (step.operator === '$rename' ? [step.path, String(step.operand)] : [step.path]))
  const sorted = paths.map((path) => `${path}.`).sort()
  const clash = sorted.findIndex((path, n) => n > 0 && path.startsWith(sorted[n - 1]!))
  if (clash === -1) return
  const path = sorted[clash]!.slice(0, -1)
  throw new StoreFault(40, 'ConflictingUpdateOperators', `Updating the path '${path}' would create a conflict`)
}

function immutableId(): StoreFault {
  const message = "Performing an update on the path '_id' would modify the immutable field '_id'"
  return new StoreFault(66, 'ImmutableField', message)
}
