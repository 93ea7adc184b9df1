import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { generateApiKey } from '../../shared/identity/api-key.js'
import type { DataFolder } from './data-folder.js'
import { StartFailure } from './start-failure.js'

const devKeysFile = z.object({ admin: z.string().min(1), team: z.string().min(1), app: z.string().min(1) })

/** Keys for development, made at the first start: an admin's, a model team's and an application's. */
export type DevKeys = z.infer<typeof devKeysFile>

export const DEV_KEYS_FILE = 'dev-keys.json'

/** The keys kept in a folder, made the first time. */
export function devKeys(folder: DataFolder): DevKeys {
  folder.secret(DEV_KEYS_FILE, () => `${JSON.stringify(newKeys(), undefined, 2)}\n`)
  return readDevKeys(folder.within(DEV_KEYS_FILE))
}

export function readDevKeys(path: string): DevKeys {
  try {
    return devKeysFile.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    throw new StartFailure(`${path} does not hold {"admin", "team", "app"}; delete it to have new keys made.`)
  }
}

/** The secret all processes share, with which the gateway signs who calls. */
export function meshSecret(folder: DataFolder): string {
  return folder.secret('mesh-secret', () => randomBytes(32).toString('base64url'))
}

function newKeys(): DevKeys {
  return { admin: generateApiKey('test'), team: generateApiKey('test'), app: generateApiKey('test') }
}
