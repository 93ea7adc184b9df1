import { chmod, mkdir, open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { PublishedSupergraph } from './supergraph-version.js'

const FILE = 'supergraph.graphql'

/** The last good supergraph of one environment, kept on disk so that the gateway starts while the registry is down. */
export class SupergraphMemory {
  constructor(
    private readonly folder: string,
    private readonly environment: string,
  ) {}

  /** What was remembered; undefined when nothing was, or for another environment. */
  async read(): Promise<PublishedSupergraph | undefined> {
    const text = await readFile(join(this.folder, FILE), 'utf8').catch(absent)
    const heading = /^# supergraph (\d+) of (\w+)\n/.exec(text ?? '')
    if (!text || heading?.[2] !== this.environment) return undefined
    return { version: Number(heading[1]), sdl: text.slice(heading[0].length) }
  }

  /** Replaces what is remembered, whole or not at all. Readable by its owner only. */
  async write({ sdl, version }: PublishedSupergraph): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 })
    const path = join(this.folder, FILE)
    const temporary = `${path}.${process.pid}.new`
    const file = await open(temporary, 'w', 0o600)
    try {
      await file.writeFile(`# supergraph ${version} of ${this.environment}\n${sdl}`)
      await file.sync()
    } finally {
      await file.close()
    }
    await chmod(temporary, 0o600)
    await rename(temporary, path)
  }
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}
