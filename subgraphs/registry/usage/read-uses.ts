import type { Model } from 'mongoose'
import { ModelgraphError } from '../../../shared/errors/modelgraph-error.js'
import type { Registry } from '../registry.js'
import type { PredictionUseDocument } from './prediction-use-document.js'
import type { RequestUseDocument, UseDocument } from './request-use-document.js'
import type { UsageFilter, UsageQuery } from './usage-query.js'
import type { VisibleUsage } from './visible-usage.js'

/** Rollups that one query reads at most. */
const MOST_READ = 50_000

/** The rollups of requests that a query is about. Throws `BAD_USER_INPUT` when they are too many to read at once. */
export async function readRequestUses(
  registry: Registry,
  query: UsageQuery,
  { clients }: VisibleUsage,
): Promise<readonly RequestUseDocument[]> {
  const filter = await filterOf(registry, query)
  return read(registry.database.requestUses, [{ $and: [filter, among('client', clients)] }])
}

/** The same of predictions: for the clients that the caller may see, and where `whole` is set for its models as well. */
export async function readPredictionUses(
  registry: Registry,
  query: UsageQuery,
  { clients, models }: VisibleUsage,
  whole: boolean,
): Promise<readonly PredictionUseDocument[]> {
  const filter = { ...(await filterOf(registry, query)), ...(await modelFilterOf(registry, query.filter)) }
  const visible = [among('client', clients), ...(whole && clients !== 'all' ? [among('model', models)] : [])]
  return read(
    registry.database.predictionUses,
    visible.map((restriction) => ({ $and: [filter, restriction] })),
  )
}

function among(field: 'client' | 'model', names: readonly string[] | 'all'): object {
  return names === 'all' ? {} : { [field]: { $in: [...names] } }
}

async function read<Document extends UseDocument>(
  collection: Model<Document>,
  filters: readonly object[],
): Promise<readonly Document[]> {
  const found = new Map<string, Document>()
  for (const filter of filters) {
    const documents = await collection
      .find(filter, { reports: 0 })
      .limit(MOST_READ + 1)
      .lean<Document[]>()
    for (const document of documents) found.set(document._id, document)
    if (found.size > MOST_READ) throw tooMuch()
  }
  return [...found.values()]
}

async function filterOf(registry: Registry, { filter, period, from, to }: UsageQuery) {
  const { client, operation, field } = filter
  const window = { period, start: { $gte: from, $lt: to } }
  const clients = client == null ? {} : { client: await clientIdOf(registry, client) }
  if (operation == null && field == null) return { ...window, ...clients }
  const wanted = {
    ...(operation != null && { $or: [{ _id: operation }, { name: operation }] }),
    ...(field != null && { fields: field }),
  }
  const operations = await registry.database.usedOperations
    .find(wanted, { _id: 1 })
    .limit(MOST_READ)
    .lean<{ _id: string }[]>()
  return { ...window, ...clients, operation: { $in: operations.map(({ _id }) => _id) } }
}

/** A name that no client has is the id of none; `none` and `other` name themselves. */
async function clientIdOf({ database, environment }: Registry, name: string): Promise<string> {
  const found = await database.clients.findOne({ environment, name }, { _id: 1 }).lean<{ _id: string }>()
  return found?._id ?? name
}

async function modelFilterOf({ database }: Registry, { model, version, team }: UsageFilter): Promise<object> {
  const named = { ...(model != null && { model }), ...(version != null && { version }) }
  if (team == null) return named
  const models = await database.models.find({ team }, { _id: 1 }).lean<{ _id: string }[]>()
  const names = models.map(({ _id }) => _id)
  return { ...named, model: { $in: model == null ? names : names.filter((name) => name === model) } }
}

function tooMuch(): ModelgraphError {
  const expected = `a window and a filter of at most ${MOST_READ} rollups`
  const message = `There is more usage than can be read at once; expected ${expected}.`
  return new ModelgraphError('BAD_USER_INPUT', message, { path: 'filter', expected, received: 'more' })
}
