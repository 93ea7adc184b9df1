import { compileExpression, expressionTest, type Variables } from '../aggregation/expressions.js'
import { compileProjection } from '../query/projection.js'
import { type Doc, toPlain } from '../values/documents.js'
import { compareValues, encodeKey } from '../values/keys.js'
import { valuesAt } from '../values/paths.js'
import { RawDocument } from '../values/raw-document.js'
import { collectionName, countArgument, documentArgument, flagArgument, wholeArgument } from './arguments.js'
import { type Command, type CommandTable, reads } from './command.js'
import { select, variablesOf } from './select.js'

export const READING: CommandTable = {
  find: reads(find),
  count: reads(count),
  distinct: reads(distinct),
}

/** Shapes typed documents by a projection; undefined when there is none. */
export function projectionOf(spec: Doc, variables: Variables): ((doc: Doc) => Doc) | undefined {
  if (Object.keys(spec).length === 0) return undefined
  const expression = (value: unknown) => {
    const evaluate = compileExpression(value, variables)
    return (doc: Doc) => evaluate(toPlain(doc))
  }
  return compileProjection(spec, { expression, expressionTest: expressionTest(variables), find: true })
}

function find(...[command, scope]: Parameters<Command>): Doc {
  const name = collectionName(command, 'find')
  const variables = variablesOf(command, scope)
  const project = projectionOf(documentArgument(command, 'projection'), variables)
  const limit = wholeArgument(command, 'limit') ?? 0
  const hits = select(
    scope.catalogue.find(scope.db, name),
    {
      filter: documentArgument(command, 'filter'),
      sort: command.sort,
      skip: countArgument(command, 'skip'),
      limit: Math.abs(limit) || undefined,
      collation: command.collation,
      variables,
    },
    scope,
  )
  const items = hits.map((hit) => (project ? project(hit.doc) : new RawDocument(hit.raw)))
  const single = flagArgument(command, 'singleBatch') || limit < 0
  return { cursor: scope.cursors.start(`${scope.db}.${name}`, items, countArgument(command, 'batchSize'), single) }
}

function count(...[command, scope]: Parameters<Command>): Doc {
  const collection = scope.catalogue.find(scope.db, collectionName(command, 'count'))
  const filter = documentArgument(command, 'query')
  const skip = countArgument(command, 'skip')
  const limit = Math.abs(wholeArgument(command, 'limit') ?? 0) || undefined
  if (!collection) return { n: 0 }
  if (Object.keys(filter).length === 0 && !skip && !limit) return { n: scope.documents.count(collection) }
  const variables = variablesOf(command, scope)
  return { n: select(collection, { filter, skip, limit, collation: command.collation, variables }, scope).length }
}

function distinct(...[command, scope]: Parameters<Command>): Doc {
  const collection = scope.catalogue.find(scope.db, collectionName(command, 'distinct'))
  const path = collectionName({ distinct: command.key }, 'distinct').split('.')
  const filter = documentArgument(command, 'query')
  const hits = select(
    collection,
    { filter, collation: command.collation, variables: variablesOf(command, scope) },
    scope,
  )
  const values = new Map<string, unknown>()
  for (const value of hits.flatMap((hit) => valuesAt(hit.doc, path)).flat()) {
    if (value !== undefined) values.set(encodeKey(value).toString('latin1'), value)
  }
  return { values: [...values.values()].sort(compareValues) }
}
