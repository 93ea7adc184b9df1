import { ObjectId } from 'bson'
import { badValue, describeFault, StoreFault } from '../faults.js'
import type { Collection } from '../storage/catalogue.js'
import { isReplacement } from '../update/apply.js'
import { type Doc, isDocument, readTyped, writeDocument } from '../values/documents.js'
import { RawDocument } from '../values/raw-document.js'
import { collectionName, documentArgument, documentsArgument, flagArgument, wholeArgument } from './arguments.js'
import { type ChangeRequest, changeDocument, changeRequest, insertUpserted } from './changing.js'
import { type Command, type CommandScope, type CommandTable, writes } from './command.js'
import { select, variablesOf } from './select.js'

export const WRITING: CommandTable = {
  insert: writes(insert),
  update: writes(update),
  delete: writes(remove),
}

function insert(...[command, scope]: Parameters<Command>): Doc {
  const collection = scope.catalogue.ensure(scope.db, collectionName(command, 'insert'))
  if (!Array.isArray(command.documents)) throw badValue('insert needs documents')
  let n = 0
  const errors = eachStatement(command.documents, command, (item) => {
    insertOne(collection, item, scope)
    n += 1
  })
  return { n, ...errors }
}

/** Stores the bytes as they came, unless `_id` has to be added or moved to the front. */
function insertOne(collection: Collection, item: unknown, scope: CommandScope): void {
  const raw = item instanceof RawDocument ? Buffer.from(item.bytes) : undefined
  const given = raw ? readTyped(raw) : item
  if (!isDocument(given)) throw badValue('documents to insert must be documents')
  const { _id = new ObjectId(), ...rest } = given
  requireId(_id)
  const inPlace = given._id !== undefined && Object.keys(given)[0] === '_id'
  const doc = inPlace ? given : { _id, ...rest }
  scope.documents.insert(collection, doc, raw && inPlace && raw.length <= MAX_RAW ? raw : writeDocument(doc))
}

function requireId(id: unknown): void {
  if (Array.isArray(id)) throw new StoreFault(53, 'InvalidIdField', "the '_id' value cannot be an array")
}

const MAX_RAW = 16 * 1024 * 1024

function update(...[command, scope]: Parameters<Command>): Doc {
  const name = collectionName(command, 'update')
  const upserted: Doc[] = []
  let n = 0
  let nModified = 0
  const errors = eachStatement(documentsArgument(command, 'updates'), command, (statement, index) => {
    const request = changeRequest(
      statement.u,
      documentArgument(statement, 'q'),
      statement,
      variablesOf(command, scope),
      scope,
    )
    const changed = updateStatement(name, statement, request, scope)
    n += changed.matched
    nModified += changed.modified
    if (changed.upsertedId !== undefined) upserted.push({ index, _id: changed.upsertedId })
  })
  return { n, nModified, ...(upserted.length > 0 ? { upserted } : {}), ...errors }
}

interface StatementResult {
  matched: number
  modified: number
  upsertedId?: unknown
}

function updateStatement(name: string, statement: Doc, request: ChangeRequest, scope: CommandScope): StatementResult {
  const multi = flagArgument(statement, 'multi')
  if (multi && isReplacement(request.update)) {
    throw new StoreFault(9, 'FailedToParse', 'multi update is not supported for replacement-style update')
  }
  const collection = scope.catalogue.find(scope.db, name)
  const { filter, variables } = request
  const limit = multi ? undefined : 1
  const hits = select(
    collection,
    { filter, sort: statement.sort, limit, collation: statement.collation, variables },
    scope,
  )
  if (hits.length === 0 && flagArgument(statement, 'upsert')) {
    const doc = insertUpserted(scope.catalogue.ensure(scope.db, name), request, scope)
    return { matched: 1, modified: 0, upsertedId: doc._id }
  }
  const changeAll = () => hits.filter((hit) => changeDocument(collection!, hit, request, scope).changed).length
  const modified = hits.length > 1 ? scope.atomically(changeAll) : changeAll()
  return { matched: hits.length, modified }
}

function remove(...[command, scope]: Parameters<Command>): Doc {
  const collection = scope.catalogue.find(scope.db, collectionName(command, 'delete'))
  let n = 0
  const errors = eachStatement(documentsArgument(command, 'deletes'), command, (statement) => {
    const filter = documentArgument(statement, 'q')
    const limit = wholeArgument(statement, 'limit') || undefined
    const variables = variablesOf(command, scope)
    const hits = select(collection, { filter, limit, collation: statement.collation, variables }, scope)
    for (const hit of hits) scope.documents.remove(collection!, hit.record, hit.doc)
    n += hits.length
  })
  return { n, ...errors }
}

/** Runs statements in turn. A faulty one is told in `writeErrors`; ordered commands stop there, others go on. */
function eachStatement<T>(statements: T[], command: Doc, run: (statement: T, index: number) => void): Doc {
  if (statements.length > MAX_STATEMENTS) throw badValue(`a command takes ${MAX_STATEMENTS} statements at most`)
  const writeErrors: Doc[] = []
  for (const [index, statement] of statements.entries()) {
    try {
      run(statement, index)
    } catch (error) {
      if (!(error instanceof StoreFault) || error.code === 50) throw error
      writeErrors.push({ index, ...describeFault(error) })
      if (command.ordered !== false) break
    }
  }
  return writeErrors.length > 0 ? { writeErrors } : {}
}

const MAX_STATEMENTS = 100_000
