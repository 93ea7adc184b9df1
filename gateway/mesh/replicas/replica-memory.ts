import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { Replicas } from '../../../shared/control/replicas.js'
import { replicasSchema } from '../../../shared/control/schema.js'

const FILE = 'replicas.json'

/** The replicas that were known last, kept on disk so that a gateway finds them while the registry is down. */
export class ReplicaMemory {
  constructor(
    private readonly folder: string,
    private readonly environment: string,
  ) {}

  /** What was remembered; undefined when nothing was, or for another environment. Throws for what is no such list. */
  async read(): Promise<Replicas | undefined> {
    const text = await readFile(join(this.folder, FILE), 'utf8').catch(absent)
    if (text === undefined) return undefined
    const replicas = replicasSchema.parse(JSON.parse(text))
    return replicas.environment === this.environment ? replicas : undefined
  }

  /** Replaces what is remembered, whole or not at all. Readable by its owner only. */
  async write(replicas: Replicas): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 })
    const path = join(this.folder, FILE)
    const temporary = `${path}.${process.pid}.new`
    const file = await open(temporary, 'w', 0o600)
    try {
      await file.writeFile(JSON.stringify(replicas))
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  }
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}
