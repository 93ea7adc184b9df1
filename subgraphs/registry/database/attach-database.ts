import { join } from 'node:path'
import { ConfigError } from '../../../shared/config/read.js'
import type { Log } from '../../../shared/telemetry/log.js'
import { startEmbeddedStore } from '../store/embedded-store.js'
import { type Database, openDatabase } from './database.js'

export interface AttachedDatabase {
  readonly database: Database
  close(): Promise<void>
}

export interface DatabaseOptions {
  /** A MongoDB server; without one, the embedded store keeps its files in `<dataFolder>/store`. */
  readonly mongodbUri: string | undefined
  readonly dataFolder: string
  readonly log: Log
}

/** Connects to MongoDB, or starts the embedded store and connects to that. */
export async function attachDatabase({ mongodbUri, dataFolder, log }: DatabaseOptions): Promise<AttachedDatabase> {
  if (mongodbUri !== undefined) return attached(await openServer(mongodbUri))
  const store = await startEmbeddedStore({
    dataFolder: join(dataFolder, 'store'),
    onExit: (exit) => log.error(exit, 'the embedded store ended by itself and is started again'),
    onRestart: (pid) => log.info({ storePid: pid }, 'the embedded store answers again'),
  })
  try {
    return attached(await openDatabase(store.uri), () => store.close())
  } catch (error) {
    await store.close()
    throw error
  }
}

function attached(database: Database, stop: () => Promise<void> = async () => {}): AttachedDatabase {
  return {
    database,
    async close() {
      await database.connection.close()
      await stop()
    },
  }
}

async function openServer(uri: string): Promise<Database> {
  try {
    return await openDatabase(uri)
  } catch (error) {
    if (!(error instanceof Error) || !error.name.includes('ServerSelection')) throw error
    throw new ConfigError('No MongoDB answers at MONGODB_URI; start it, or unset MONGODB_URI for the embedded store.')
  }
}
