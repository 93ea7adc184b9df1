import { type Connection, createConnection, type Model } from 'mongoose'
import { type ClientDocument, clientSchema } from '../clients/client-document.js'
import { type ClientRecord, clientRecordSchema } from '../clients/client-record.js'
import { type ModelDocument, modelSchema } from '../models/model-document.js'
import { type OperationDocument, operationSchema } from '../operations/operation-document.js'
import { type OutcomeDocument, outcomeSchema } from '../outcomes/outcome-document.js'
import { type ChunkDocument, chunkDocumentSchema } from '../predictions/chunk-document.js'
import { type ReplicaEndpointDocument, replicaEndpointSchema } from '../replicas/replica-endpoint-document.js'
import { type ReplicaDocument, replicaSchema } from '../rollouts/replica-document.js'
import { type RolloutRecord, recordSchema } from '../rollouts/rollout-document.js'
import {
  type SdlDocument,
  type SupergraphDocument,
  sdlSchema,
  supergraphSchema,
} from '../schemas/supergraph-document.js'
import { type TeamDocument, teamSchema } from '../teams/team-document.js'
import { type KeyUseDocument, keyUseSchema } from '../usage/key-use-document.js'
import { type PredictionUseDocument, predictionUseSchema } from '../usage/prediction-use-document.js'
import { type QuotaUseDocument, quotaUseSchema } from '../usage/quota-use-document.js'
import { type RequestUseDocument, requestUseSchema } from '../usage/request-use-document.js'
import {
  type OtherFieldDocument,
  otherFieldSchema,
  type UsedOperationDocument,
  usedOperationSchema,
} from '../usage/used-operation-document.js'
import { type VersionDocument, versionSchema } from '../versions/version-document.js'

/** The registry's collections. */
export interface Database {
  readonly teams: Model<TeamDocument>
  readonly models: Model<ModelDocument>
  readonly versions: Model<VersionDocument>
  readonly supergraphs: Model<SupergraphDocument>
  readonly sdls: Model<SdlDocument>
  readonly clients: Model<ClientDocument>
  readonly clientHistory: Model<ClientRecord>
  readonly operations: Model<OperationDocument>
  readonly keyUses: Model<KeyUseDocument>
  readonly quotaUses: Model<QuotaUseDocument>
  readonly requestUses: Model<RequestUseDocument>
  readonly predictionUses: Model<PredictionUseDocument>
  readonly usedOperations: Model<UsedOperationDocument>
  readonly otherFields: Model<OtherFieldDocument>
  readonly rolloutHistory: Model<RolloutRecord>
  readonly replicas: Model<ReplicaDocument>
  readonly replicaEndpoints: Model<ReplicaEndpointDocument>
  readonly predictions: Model<ChunkDocument>
  readonly outcomes: Model<OutcomeDocument>
  readonly connection: Connection
}

/** A server that does not answer within this time fails the request, in milliseconds. */
const SERVER_SELECTION_MS = 3_000

/** Told of every command sent to the server, by name: `find`, `update`… */
export type OnCommand = (name: string) => void

/** Connects and makes sure that every index stands, since unique ones guard what must not happen twice. */
export async function openDatabase(uri: string, onCommand?: OnCommand): Promise<Database> {
  const connection = await createConnection(uri, {
    ...(namesDatabase(uri) ? {} : { dbName: 'modelgraph' }),
    serverSelectionTimeoutMS: SERVER_SELECTION_MS,
    appName: 'modelgraph-registry',
    autoIndex: false,
    autoCreate: false,
    bufferCommands: false,
    monitorCommands: onCommand !== undefined,
  }).asPromise()
  if (onCommand) connection.getClient().on('commandStarted', ({ commandName }) => onCommand(commandName))
  const database = collectionsOf(connection)
  for (const name of connection.modelNames()) await connection.model(name).createIndexes()
  return database
}

function collectionsOf(connection: Connection): Database {
  return {
    teams: connection.model<TeamDocument>('Team', teamSchema),
    models: connection.model<ModelDocument>('Model', modelSchema),
    versions: connection.model<VersionDocument>('Version', versionSchema),
    supergraphs: connection.model<SupergraphDocument>('Supergraph', supergraphSchema),
    sdls: connection.model<SdlDocument>('Sdl', sdlSchema),
    clients: connection.model<ClientDocument>('Client', clientSchema),
    clientHistory: connection.model<ClientRecord>('ClientRecord', clientRecordSchema),
    operations: connection.model<OperationDocument>('Operation', operationSchema),
    keyUses: connection.model<KeyUseDocument>('KeyUse', keyUseSchema),
    quotaUses: connection.model<QuotaUseDocument>('QuotaUse', quotaUseSchema),
    requestUses: connection.model<RequestUseDocument>('RequestUse', requestUseSchema),
    predictionUses: connection.model<PredictionUseDocument>('PredictionUse', predictionUseSchema),
    usedOperations: connection.model<UsedOperationDocument>('UsedOperation', usedOperationSchema),
    otherFields: connection.model<OtherFieldDocument>('OtherField', otherFieldSchema),
    rolloutHistory: connection.model<RolloutRecord>('RolloutRecord', recordSchema),
    replicas: connection.model<ReplicaDocument>('Replica', replicaSchema),
    replicaEndpoints: connection.model<ReplicaEndpointDocument>('ReplicaEndpoint', replicaEndpointSchema),
    predictions: connection.model<ChunkDocument>('PredictionChunk', chunkDocumentSchema),
    outcomes: connection.model<OutcomeDocument>('Outcome', outcomeSchema),
    connection,
  }
}

/** Resolves when the database answers; rejects when it does not. */
export async function pingDatabase({ connection }: Database): Promise<void> {
  await connection.db?.command({ ping: 1 })
}

/** Whether a write was refused because a unique value is taken. */
export function isDuplicate(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 11000
}

function namesDatabase(uri: string): boolean {
  return /^mongodb(\+srv)?:\/\/[^/]+\/[^?]+/.test(uri)
}
