import type { Registry } from '../registry.js'
import { readPredictionUses, readRequestUses } from './read-uses.js'
import type { UsageQuery } from './usage-query.js'
import { type CountedRow, type UsageCounts, type UsageNames, UsageRows } from './usage-rows.js'
import type { UsedOperationDocument } from './used-operation-document.js'
import type { VisibleUsage } from './visible-usage.js'

/** What was used, by the dimensions of a query. */
export interface UsageAnswer {
  readonly query: UsageQuery
  readonly rows: readonly CountedRow[]
  readonly hasMore: boolean
  readonly total: UsageCounts
}

/** Reads and adds up what a caller may see of usage. Throws `BAD_USER_INPUT` when that is too much at once. */
export async function reportUsage(registry: Registry, query: UsageQuery, visible: VisibleUsage): Promise<UsageAnswer> {
  const { source, by, filter, top } = query
  const isOfModels = source === 'PREDICTIONS'
  const requests = isOfModels ? [] : await readRequestUses(registry, query, visible)
  const predictions = await readPredictionUses(registry, query, visible, isOfModels)
  const operations = by.includes('FIELD') ? requests.map(({ operation }) => operation) : []
  const rows = new UsageRows(by, await namesOf(registry, operations, by.includes('TEAM'), filter.field))
  for (const use of requests) rows.addRequests(use)
  for (const use of predictions) rows.addPredictions(use, isOfModels)
  return { query, ...rows.top(top), total: rows.total }
}

async function namesOf(
  { database }: Registry,
  operations: readonly string[],
  withTeams: boolean,
  field: string | null | undefined,
): Promise<UsageNames> {
  const ids = [...new Set(operations)]
  const described = ids.length > 0 ? await findFields(database, ids) : []
  const fields = new Map(described.map((operation) => [operation._id, operation.fields ?? []]))
  const models = withTeams ? await database.models.find({}, { team: 1 }).lean<{ _id: string; team: string }[]>() : []
  const teams = new Map(models.map(({ _id, team }) => [_id, team]))
  const wanted = (name: string) => field == null || name === field
  return { fieldsOf: (hash) => (fields.get(hash) ?? []).filter(wanted), teamOf: (model) => teams.get(model) }
}

function findFields(database: Registry['database'], ids: string[]) {
  return database.usedOperations
    .find({ _id: { $in: ids } }, { fields: 1 })
    .lean<Pick<UsedOperationDocument, '_id' | 'fields'>[]>()
    .exec()
}
