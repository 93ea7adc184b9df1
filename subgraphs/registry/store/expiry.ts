import type { CommandScope } from './commands/command.js'
import { select } from './commands/select.js'
import type { Collection } from './storage/catalogue.js'
import type { Index } from './storage/index-definition.js'

/** Removes the documents whose date lies further back than their index allows; to be run inside a transaction. */
export function sweepExpired(scope: CommandScope): number {
  let removed = 0
  for (const collection of scope.catalogue.all()) {
    for (const index of collection.indexes) removed += sweepIndex(collection, index, scope)
  }
  return removed
}

function sweepIndex(collection: Collection, index: Index, scope: CommandScope): number {
  const seconds = index.spec.expireAfterSeconds
  if (seconds === undefined) return 0
  const filter = {
    [index.fields[0]!.field]: { $lte: new Date(scope.now.getTime() - seconds * 1000) },
    ...index.spec.partialFilterExpression,
  }
  const hits = select(collection, { filter, limit: MAX_SWEPT, variables: { values: {}, now: scope.now } }, scope)
  for (const hit of hits) scope.documents.remove(collection, hit.record, hit.doc)
  return hits.length
}

/** Documents removed per index and sweep, so that a sweep never holds up the clients for long. */
const MAX_SWEPT = 5000
