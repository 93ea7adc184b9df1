import { randomUUID } from 'node:crypto'
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Deployments } from '../../control/protocol.js'
import { deploymentsSchema } from '../../control/schema.js'

/** The last good deployments on disk, so that a subgraph starts and serves without the registry. */
export class DeploymentsFile {
  constructor(private readonly path: string) {}

  /** Undefined when there are none; throws when the file is there but is no `Deployments`. */
  async read(): Promise<Deployments | undefined> {
    const text = await readFile(this.path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined
      throw error
    })
    return text === undefined ? undefined : deploymentsSchema.parse(JSON.parse(text))
  }

  /** Replaces the file whole, or leaves it. */
  async write(deployments: Deployments): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true, mode: 0o700 })
    const partial = `${this.path}.${randomUUID()}.partial`
    try {
      const file = await open(partial, 'wx', 0o600)
      await file.writeFile(JSON.stringify(deployments))
      await file.sync()
      await file.close()
      await rename(partial, this.path)
    } finally {
      await rm(partial, { force: true })
    }
  }
}
