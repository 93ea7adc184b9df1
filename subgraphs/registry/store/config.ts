import { isAbsolute } from 'node:path'
import { z } from 'zod'
import { readConfig } from '../../../shared/config/read.js'

/** What the store's process is told by its environment. */
export interface StoreConfig {
  /** The folder of the database files. */
  dataFolder: string
  /** The unix socket to listen on. */
  socketPath: string
}

/** The environment a store's process is started with; the other side of `readStoreConfig`. */
export function storeEnvironment({ dataFolder, socketPath }: StoreConfig): NodeJS.ProcessEnv {
  return { MODELGRAPH_STORE_DATA: dataFolder, MODELGRAPH_STORE_SOCKET: socketPath }
}

/** Reads the environment; throws one sentence that names a wrong value. */
export function readStoreConfig(environment: NodeJS.ProcessEnv = process.env): StoreConfig {
  const { MODELGRAPH_STORE_DATA, MODELGRAPH_STORE_SOCKET } = readConfig(SETTINGS, environment)
  return { dataFolder: MODELGRAPH_STORE_DATA, socketPath: MODELGRAPH_STORE_SOCKET }
}

/** The MongoDB server the conformance suite also runs against, when there is one. */
export function mongodbUri(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  return readConfig(z.object({ MONGODB_URI: z.string().optional() }), environment).MONGODB_URI
}

const ABSOLUTE = z.string('expected an absolute path').refine(isAbsolute, 'expected an absolute path')
const SETTINGS = z.object({ MODELGRAPH_STORE_DATA: ABSOLUTE, MODELGRAPH_STORE_SOCKET: ABSOLUTE })
