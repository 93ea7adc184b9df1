import DataLoader from 'dataloader'
import { type ClientName, findClientNames } from '../clients/find-clients.js'
import type { Database } from '../database/database.js'
import type { ModelDocument } from '../models/model-document.js'
import { findModelsByName } from '../models/models.js'
import type { OperationDocument } from '../operations/operation-document.js'
import { findOperations } from '../operations/operations.js'
import type { SdlDocument } from '../schemas/supergraph-document.js'
import { findSdls } from '../schemas/supergraphs.js'
import type { TeamDocument } from '../teams/team-document.js'
import { findTeamsByName } from '../teams/teams.js'
import { findUsedOperations } from '../usage/find-used-operations.js'
import type { UsedOperationDocument } from '../usage/used-operation-document.js'
import type { VersionDocument } from '../versions/version-document.js'
import { findVersionsById } from '../versions/versions.js'

/** Documents by id; everything that one request asks for together is one query a collection. */
export interface Loaders {
  readonly teams: DataLoader<string, TeamDocument | undefined>
  readonly models: DataLoader<string, ModelDocument | undefined>
  readonly versions: DataLoader<string, VersionDocument | undefined>
  /** Texts of subgraphs by their sha-256. */
  readonly sdls: DataLoader<string, SdlDocument | undefined>
  /** Texts of operations by their sha-256. */
  readonly operations: DataLoader<string, OperationDocument | undefined>
  /** Names of clients by their id. */
  readonly clientNames: DataLoader<string, ClientName | undefined>
  /** What operations are that clients have sent, by their hash. */
  readonly usedOperations: DataLoader<string, UsedOperationDocument | undefined>
}

const MOST_IDS = 5_000

export function createLoaders(database: Database): Loaders {
  return {
    teams: loader((names) => findTeamsByName(database, names)),
    models: loader((names) => findModelsByName(database, names)),
    versions: loader((ids) => findVersionsById(database, ids)),
    sdls: loader((hashes) => findSdls(database, hashes)),
    operations: loader((hashes) => findOperations(database, hashes)),
    clientNames: loader((ids) => findClientNames(database, ids)),
    usedOperations: loader((hashes) => findUsedOperations(database, hashes)),
  }
}

function loader<Document extends { readonly _id: string }>(
  find: (ids: readonly string[]) => Promise<Document[]>,
): DataLoader<string, Document | undefined> {
  return new DataLoader(
    async (ids) => {
      const found = new Map((await find(ids)).map((document) => [document._id, document]))
      return ids.map((id) => found.get(id))
    },
    { maxBatchSize: MOST_IDS },
  )
}
