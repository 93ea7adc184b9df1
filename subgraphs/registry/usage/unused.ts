import { buildSchema, type GraphQLSchema, isInterfaceType, isObjectType } from 'graphql'
import type { Registry } from '../registry.js'
import { currentSupergraph, supergraphSdl } from '../schemas/supergraphs.js'
import type { PredictionUseDocument } from './prediction-use-document.js'
import type { OtherFieldDocument, UsedOperationDocument } from './used-operation-document.js'

/** Operations that are read at most to say what is unused. */
const MOST_READ = 50_000

/** Fields of the current supergraph, as coordinates, that no operation seen since then has asked. */
export async function findUnusedFields(registry: Registry, since: Date): Promise<string[]> {
  const { database, environment } = registry
  const current = await currentSupergraph(database, environment)
  if (!current) return []
  const schema = buildSchema(await supergraphSdl(database, current), { assumeValid: true, assumeValidSDL: true })
  const used = await usedFields(registry, since)
  return fieldsOf(schema)
    .filter(([type, field]) => !isUsed(schema, type, field, used))
    .map(([type, field]) => `${type}.${field}`)
}

async function usedFields({ database }: Registry, since: Date): Promise<ReadonlySet<string>> {
  const recent = { lastAt: { $gte: new Date(Math.floor(since.getTime() / 3_600_000) * 3_600_000) } }
  const operations = await database.usedOperations
    .find(recent, { fields: 1 })
    .limit(MOST_READ)
    .lean<Pick<UsedOperationDocument, 'fields'>[]>()
  const others = await database.otherFields.find(recent, { _id: 1 }).lean<Pick<OtherFieldDocument, '_id'>[]>()
  return new Set([...operations.flatMap(({ fields }) => fields ?? []), ...others.map(({ _id }) => _id)])
}

/** What federation itself adds is nobody's to ask. */
const FEDERATION = /^(_|join__|link__|core__)/

function fieldsOf(schema: GraphQLSchema): (readonly [type: string, field: string])[] {
  return Object.values(schema.getTypeMap())
    .filter((type) => (isObjectType(type) || isInterfaceType(type)) && !FEDERATION.test(type.name))
    .flatMap((type) => {
      if (!isObjectType(type) && !isInterfaceType(type)) return []
      return Object.keys(type.getFields()).map((field) => [type.name, field] as const)
    })
    .sort(([a, x], [b, y]) => (a === b ? (x < y ? -1 : 1) : a < b ? -1 : 1))
}

/** A field that is asked on an interface may be answered by each of its types. */
function isUsed(schema: GraphQLSchema, name: string, field: string, used: ReadonlySet<string>): boolean {
  if (used.has(`${name}.${field}`)) return true
  const type = schema.getType(name)
  if (isObjectType(type)) return type.getInterfaces().some((of) => used.has(`${of.name}.${field}`))
  return isInterfaceType(type) && schema.getPossibleTypes(type).some((object) => used.has(`${object.name}.${field}`))
}

export interface UnusedModelReading {
  readonly name: string
  readonly team: string
  readonly lastUsedAt: Date | null
}

/** Models that have predicted nothing since the beginning of that day (UTC), by name. */
export async function findUnusedModels({ database }: Registry, since: Date): Promise<UnusedModelReading[]> {
  const models = await database.models.find({}, { team: 1 }).sort({ _id: 1 }).lean<{ _id: string; team: string }[]>()
  const unused: UnusedModelReading[] = []
  for (const { _id: model, team } of models) {
    const last = await database.predictionUses
      .findOne({ model, period: 'DAY' }, { start: 1 })
      .sort({ start: -1 })
      .lean<Pick<PredictionUseDocument, 'start'>>()
    const isUnused = !last || last.start.getTime() < Math.floor(since.getTime() / 86_400_000) * 86_400_000
    if (isUnused) unused.push({ name: model, team, lastUsedAt: last?.start ?? null })
  }
  return unused
}
