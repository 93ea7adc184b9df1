import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The top of the project, for the sources as for what is compiled from them. */
export const PROJECT_ROOT = above(import.meta.dirname)

function above(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : above(dirname(folder))
}
