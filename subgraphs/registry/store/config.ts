import { isAbsolute } from 'node:path'
import { z } from 'zod'

/** What the store's process is told by its environment. */
export interface StoreConfig {
  /** The folder of the database files. */
  dataFolder: string
  /** The unix socket to listen on. */
  socketPath: string
}

export const DATA_VARIABLE = 'MODELGRAPH_STORE_DATA'
export const SOCKET_VARIABLE = 'MODELGRAPH_STORE_SOCKET'

/** Reads the environment; throws one sentence per wrong value. */
export function readStoreConfig(environment: Record<string, string | undefined> = process.env): StoreConfig {
  const parsed = SCHEMA.safeParse(environment)
  if (!parsed.success) throw new Error(parsed.error.issues.map((issue) => issue.message).join(' '))
  return { dataFolder: parsed.data[DATA_VARIABLE], socketPath: parsed.data[SOCKET_VARIABLE] }
}

const SCHEMA = z.object({
  [DATA_VARIABLE]: absolutePath(DATA_VARIABLE),
  [SOCKET_VARIABLE]: absolutePath(SOCKET_VARIABLE),
})

function absolutePath(name: string) {
  return z
    .string({ error: `${name} must be set to an absolute path.` })
    .refine(isAbsolute, `${name} must be an absolute path.`)
}
