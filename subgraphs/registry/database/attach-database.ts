import { join } from 'node:path'
import { ConfigError } from '../../../shared/config/read.js'
import type { Log } from '../../../shared/telemetry/log.js'
import { startEmbeddedStore } from '../store/embedded-store.js'
import { type Database, type OnCommand, openDatabase } from './database.js'

export interface AttachedDatabase {
  readonly database: Database
  close(): Promise<void>
}

export interface DatabaseOptions {
  /** A MongoDB server; without one, the embedded store keeps its files in `<dataFolder>/store`. */
  readonly mongodbUri: string | undefined
  readonly dataFolder: string
  readonly log: Log
  readonly onCommand?: OnCommand | undefined
}

/** Connects to MongoDB, or starts the embedded store and connects to that. */
export async function attachDatabase(options: DatabaseOptions): Promise<AttachedDatabase> {
  const { mongodbUri, dataFolder, log, onCommand } = options
  if (mongodbUri !== undefined) return attached(await openServer(mongodbUri, onCommand))
  const store = await startEmbeddedStore({
    dataFolder: join(dataFolder, 'store'),
    onExit: (exit) => log.error(exit, 'the embedded store ended by itself and is started again'),
    onRestart: (pid) => log.info({ storePid: pid }, 'the embedded store answers again'),
  })
  try {
    return attached(await openDatabase(store.uri, onCommand), () => store.close())
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

async function openServer(uri: string, onCommand: OnCommand | undefined): Promise<Database> {
  try {
    return await openDatabase(uri, onCommand)
  } catch (error) {
    if (!(error instanceof Error) || !error.name.includes('ServerSelection')) throw error
    throw new ConfigError('No MongoDB answers at MONGODB_URI; start it, or unset MONGODB_URI for the embedded store.')
  }
}
