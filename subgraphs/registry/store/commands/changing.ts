import { expressionTest, type Variables } from '../aggregation/expressions.js'
import { transform } from '../aggregation/pipeline.js'
import { badValue, refusal } from '../faults.js'
import type { Collection } from '../storage/catalogue.js'
import { applyUpdate, type Update, type UpdateOptions } from '../update/apply.js'
import { upsertedDocument } from '../update/upsert.js'
import { type Doc, isDocument, readTyped, toPlain, writeDocument } from '../values/documents.js'
import { pipelineOptions } from './aggregating.js'
import { documentsArgument } from './arguments.js'
import type { CommandScope } from './command.js'
import type { Hit } from './select.js'

/** An update and everything it is to be applied with. */
export interface ChangeRequest {
  update: Update
  filter: Doc
  variables: Variables
  options: UpdateOptions
}

/** Reads an update statement; `statement` holds its `arrayFilters`. */
export function changeRequest(
  update: unknown,
  filter: Doc,
  statement: Doc,
  variables: Variables,
  scope: CommandScope,
): ChangeRequest {
  if (!isDocument(update) && !(Array.isArray(update) && update.every(isDocument))) {
    throw badValue('an update must be a document or a pipeline')
  }
  const options: UpdateOptions = {
    filter,
    arrayFilters: documentsArgument(statement, 'arrayFilters'),
    inserting: false,
    now: scope.now,
    expressionTest: expressionTest(variables),
    transform: (pipeline, doc) => transformed(pipeline, doc, variables, scope),
  }
  return { update: update as Update, filter, variables, options }
}

/** Applies an update to a stored document and stores the result when it differs. */
export function changeDocument(
  collection: Collection,
  hit: Hit,
  { update, options }: ChangeRequest,
  scope: CommandScope,
): { changed: boolean; doc: Doc } {
  const doc = applyUpdate(hit.doc, update, options)
  const raw = writeDocument(doc)
  if (raw.equals(hit.raw)) return { changed: false, doc }
  scope.documents.replace(collection, hit.record, readTyped(hit.raw), readTyped(raw), raw)
  return { changed: true, doc }
}

export function insertUpserted(collection: Collection, request: ChangeRequest, scope: CommandScope): Doc {
  const doc = upsertedDocument(request.filter, request.update, request.options)
  const raw = writeDocument(doc)
  scope.documents.insert(collection, readTyped(raw), raw)
  return doc
}

const UPDATE_STAGES = new Set(['$addFields', '$set', '$project', '$unset', '$replaceRoot', '$replaceWith'])

function transformed(pipeline: Doc[], doc: Doc, variables: Variables, scope: CommandScope): Doc {
  const stray = pipeline.flatMap((stage) => Object.keys(stage)).find((name) => !UPDATE_STAGES.has(name))
  if (stray) throw refusal(`the stage ${stray} in an update`)
  const [result] = transform(pipeline, [toPlain(doc) as Doc], pipelineOptions(variables, undefined, scope))
  return result!
}
