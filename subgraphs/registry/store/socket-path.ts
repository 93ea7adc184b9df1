import { createHash } from 'node:crypto'
import { chmodSync, lstatSync, mkdirSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'

/** Unix socket paths end at 104 bytes on macOS and 108 on Linux, the ending zero included. */
export const MAX_SOCKET_PATH = 103

/**
 * The socket of a data folder: `store.sock` inside it, or, when that path is too long, inside a folder of the temporary
 * folder named after the user and a hash of the data folder. Always the same for one data folder. Only the owner may
 * enter the folder; one that belongs to somebody else is refused.
 */
export function socketPathOf(dataFolder: string, temporary = tmpdir()): string {
  const inside = join(dataFolder, SOCKET_NAME)
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 })
  requireOwn(dataFolder)
  if (Buffer.byteLength(inside) <= MAX_SOCKET_PATH) return inside
  const hash = createHash('sha256').update(dataFolder).digest('hex').slice(0, 16)
  const folder = join(temporary, `modelgraph-${userInfo().uid}-${hash}`)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  requireOwn(folder)
  return join(folder, SOCKET_NAME)
}

/** The address a MongoDB driver connects to. */
export function uriOf(socketPath: string): string {
  return `mongodb://${encodeURIComponent(socketPath)}/?directConnection=true`
}

const SOCKET_NAME = 'store.sock'

function requireOwn(folder: string): void {
  const stat = lstatSync(folder)
  if (!stat.isDirectory() || (process.getuid && stat.uid !== process.getuid())) {
    throw new Error(`${folder} must be a folder of the user who runs the store; choose another MODELGRAPH_DATA`)
  }
  chmodSync(folder, 0o700)
}
