import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { StartFailure } from './start-failure.js'

/** The one folder everything is kept in, readable by its owner only. */
export interface DataFolder {
  readonly path: string
  /** A file's or folder's path inside. */
  within(...names: string[]): string
  /** A secret kept in a file of mode 0600: read, or made and kept the first time. */
  secret(name: string, make: () => string): string
}

/** Makes the folder when it is missing and proves that it can be written. */
export function openDataFolder(path: string): DataFolder {
  const root = resolve(path)
  try {
    mkdirSync(root, { recursive: true, mode: 0o700 })
    chmodSync(root, 0o700)
    const probe = join(root, `.probe-${process.pid}`)
    writeFileSync(probe, '', { mode: 0o600 })
    rmSync(probe)
  } catch (cause) {
    throw new StartFailure(
      `The data folder ${root} cannot be written (${codeOf(cause)}); change its owner or set MODELGRAPH_DATA to another folder.`,
    )
  }
  return {
    path: root,
    within: (...names) => join(root, ...names),
    secret: (name, make) => keptSecret(join(root, name), make),
  }
}

/** Written beside and renamed, so that a start that is interrupted leaves no half of a secret. */
function keptSecret(path: string, make: () => string): string {
  if (!existsSync(path)) {
    writeFileSync(`${path}.new`, make(), { mode: 0o600 })
    renameSync(`${path}.new`, path)
  }
  chmodSync(path, 0o600)
  return readFileSync(path, 'utf8')
}

function codeOf(cause: unknown): string {
  return (cause as NodeJS.ErrnoException).code ?? String(cause)
}
