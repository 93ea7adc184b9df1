import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { ModelgraphError } from '../../../shared/errors/modelgraph-error.js'

export interface StoredArtifact {
  readonly sha256: string
  readonly bytes: number
  readonly path: string
}

/** What is older was left behind; what is younger may be another replica's upload under way. */
const LONGEST_UPLOAD_MS = 3_600_000

const SHA256 = /^[0-9a-f]{64}$/

/** ONNX files by the sha-256 of their bytes. A file is whole or not there, and only this user can read it. */
export class ArtifactStore {
  readonly #incoming: string

  /** `limitBytes` is the size of the largest artifact. */
  constructor(
    private readonly folder: string,
    private readonly limitBytes: number,
  ) {
    this.#incoming = join(folder, '.incoming')
  }

  /**
   * Makes the folder, and removes what uploads have left that a crash cut short. `now` is in milliseconds since the
   * epoch.
   */
  async open(now: number): Promise<void> {
    await mkdir(this.#incoming, { recursive: true, mode: 0o700 })
    for (const name of await readdir(this.#incoming)) {
      const path = join(this.#incoming, name)
      const found = await stat(path).catch(() => undefined)
      if (found && now - found.mtimeMs > LONGEST_UPLOAD_MS) await rm(path, { force: true })
    }
  }

  async find(sha256: string): Promise<StoredArtifact | undefined> {
    if (!SHA256.test(sha256)) return undefined
    const path = this.#pathOf(sha256)
    const found = await stat(path).catch(() => undefined)
    return found && { sha256, bytes: found.size, path }
  }

  read(artifact: StoredArtifact): Readable {
    return createReadStream(artifact.path)
  }

  /**
   * Stores a stream under the sha-256 its bytes are said to have. Throws `INVALID_ARTIFACT` when they have another,
   * `PAYLOAD_TOO_LARGE` beyond the limit; neither leaves anything behind.
   */
  async store(sha256: string, bytes: AsyncIterable<Buffer>): Promise<StoredArtifact> {
    const partial = join(this.#incoming, randomUUID())
    try {
      const size = await this.#receive(bytes, partial, sha256)
      const path = this.#pathOf(sha256)
      await mkdir(join(this.folder, sha256.slice(0, 2)), { recursive: true, mode: 0o700 })
      await rename(partial, path)
      await syncFolder(join(this.folder, sha256.slice(0, 2)))
      return { sha256, bytes: size, path }
    } finally {
      await rm(partial, { force: true })
    }
  }

  async #receive(bytes: AsyncIterable<Buffer>, path: string, sha256: string): Promise<number> {
    const hash = createHash('sha256')
    let size = 0
    const measured = new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        size += chunk.length
        hash.update(chunk)
        if (size > this.limitBytes) done(tooLarge(this.limitBytes))
        else done(null, chunk)
      },
    })
    await pipeline(bytes, measured, createWriteStream(path, { mode: 0o600, flush: true }))
    const came = hash.digest('hex')
    if (came !== sha256) throw otherBytes(sha256, came)
    return size
  }

  #pathOf(sha256: string): string {
    return join(this.folder, sha256.slice(0, 2), sha256)
  }
}

export function tooLarge(limit: number): ModelgraphError {
  return new ModelgraphError('PAYLOAD_TOO_LARGE', `An artifact may have ${limit} bytes.`, { limit })
}

function otherBytes(expected: string, received: string): ModelgraphError {
  const message = `The bytes have the sha-256 ${received}, not the ${expected} they were sent as.`
  return new ModelgraphError('INVALID_ARTIFACT', message, { expected, received })
}

/** The rename itself has to survive a power cut. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path)
  await folder.sync().finally(() => folder.close())
}
