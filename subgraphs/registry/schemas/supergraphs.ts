import type { Environment } from '../../../shared/control/protocol.js'
import type { Database } from '../database/database.js'
import type { ComposedSubgraph } from './composition.js'
import type { SdlDocument, SubgraphEntry, SupergraphDocument } from './supergraph-document.js'

/** A supergraph without its text. */
export type SupergraphSummary = Omit<SupergraphDocument, 'sdl'>

const WITHOUT_SDL = { sdl: 0 } as const

/** The current supergraph of an environment; null before the first. */
export function currentSupergraph(database: Database, environment: Environment): Promise<SupergraphSummary | null> {
  return database.supergraphs
    .findOne({ environment }, WITHOUT_SDL)
    .sort({ version: -1 })
    .lean<SupergraphSummary>()
    .exec()
}

/** The text of a supergraph. */
export async function supergraphSdl(database: Database, { _id }: Pick<SupergraphDocument, '_id'>): Promise<string> {
  const found = await database.supergraphs.findOne({ _id }, { sdl: 1 }).lean<Pick<SupergraphDocument, 'sdl'>>().orFail()
  return found.sdl
}

/** The publications of a subgraph, the latest first. */
export async function schemaHistory(
  database: Database,
  { environment, name, first }: { environment: Environment; name: string; first: number },
): Promise<SubgraphEntry[]> {
  const made = await database.supergraphs
    .find({ environment, 'changed.name': name }, { changed: 1 })
    .sort({ version: -1 })
    .limit(first)
    .lean<{ changed: SubgraphEntry }[]>()
  return made.map(({ changed }) => changed)
}

/** The subgraphs of a supergraph with their texts. */
export async function withSdl(database: Database, entries: readonly SubgraphEntry[]): Promise<ComposedSubgraph[]> {
  const hashes = entries.map(({ sha256 }) => sha256)
  const texts = new Map((await findSdls(database, hashes)).map(({ _id, sdl }) => [_id, sdl]))
  return entries.map(({ name, url, sha256 }) => ({ name, url, sdl: texts.get(sha256)! }))
}

/** Texts of subgraphs by their sha-256. */
export function findSdls(database: Database, hashes: readonly string[]): Promise<SdlDocument[]> {
  return database.sdls
    .find({ _id: { $in: [...hashes] } })
    .lean<SdlDocument[]>()
    .exec()
}
