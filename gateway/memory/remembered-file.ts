import { chmod, mkdir, open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'

/** One file of the data folder in which a gateway remembers what it needs while the registry is down. */
export class RememberedFile {
  constructor(
    private readonly folder: string,
    private readonly name: string,
  ) {}

  /** The text; undefined when nothing is remembered. */
  read(): Promise<string | undefined> {
    return readFile(join(this.folder, this.name), 'utf8').catch(absent)
  }

  /** Replaces the text, whole or not at all. Readable by its owner only. */
  async write(text: string): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 })
    const path = join(this.folder, this.name)
    const temporary = `${path}.${process.pid}.new`
    const file = await open(temporary, 'w', 0o600)
    try {
      await file.writeFile(text)
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
