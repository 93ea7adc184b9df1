import { badValue } from '../faults.js'
import { type Doc, readTyped } from '../values/documents.js'
import { collectionName, documentArgument, flagArgument } from './arguments.js'
import { changeDocument, changeRequest, insertUpserted } from './changing.js'
import { type Command, type CommandScope, type CommandTable, writes } from './command.js'
import { projectionOf } from './reading.js'
import { type Hit, select, variablesOf } from './select.js'

export const FIND_AND_MODIFY: CommandTable = {
  findAndModify: writes(findAndModify),
  findandmodify: writes((command, scope) => findAndModify({ ...command, findAndModify: command.findandmodify }, scope)),
}

function findAndModify(...[command, scope]: Parameters<Command>): Doc {
  const collection = scope.catalogue.find(scope.db, collectionName(command, 'findAndModify'))
  const filter = documentArgument(command, 'query')
  const variables = variablesOf(command, scope)
  const selection = { filter, sort: command.sort, limit: 1, collation: command.collation, variables }
  const [hit] = select(collection, selection, scope)
  const project = projectionOf(documentArgument(command, 'fields'), variables) ?? ((doc: Doc) => doc)
  const { value, lastErrorObject } = flagArgument(command, 'remove')
    ? remove(command, hit, scope)
    : change(command, hit, scope)
  return { lastErrorObject, value: value === null ? null : project(value) }
}

interface Outcome {
  value: Doc | null
  lastErrorObject: Doc
}

function remove(command: Doc, hit: Hit | undefined, scope: CommandScope): Outcome {
  if (command.update !== undefined || flagArgument(command, 'new'))
    throw badValue('remove goes with neither update nor new')
  if (!hit) return { value: null, lastErrorObject: { n: 0 } }
  scope.documents.remove(scope.catalogue.find(scope.db, String(command.findAndModify))!, hit.record, hit.doc)
  return { value: hit.doc, lastErrorObject: { n: 1 } }
}

function change(command: Doc, hit: Hit | undefined, scope: CommandScope): Outcome {
  const filter = documentArgument(command, 'query')
  const request = changeRequest(command.update, filter, command, variablesOf(command, scope), scope)
  const after = flagArgument(command, 'new')
  if (hit) {
    const collection = scope.catalogue.find(scope.db, String(command.findAndModify))!
    const { doc } = changeDocument(collection, hit, request, scope)
    return { value: after ? doc : readTyped(hit.raw), lastErrorObject: { n: 1, updatedExisting: true } }
  }
  if (!flagArgument(command, 'upsert')) return { value: null, lastErrorObject: { n: 0, updatedExisting: false } }
  const doc = insertUpserted(scope.catalogue.ensure(scope.db, String(command.findAndModify)), request, scope)
  return { value: after ? doc : null, lastErrorObject: { n: 1, updatedExisting: false, upserted: doc._id } }
}
