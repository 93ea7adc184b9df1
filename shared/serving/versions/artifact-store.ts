import { createHash, randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { ModelgraphError } from '../../errors/modelgraph-error.js'

/** Bytes of an artifact, from wherever it is published. */
export type ArtifactSource = (sha256: string) => Promise<Readable>

export interface ArtifactName {
  readonly artifactSha256: string
  readonly artifactBytes: number
}

/** Artifacts on disk, by the sha-256 of their bytes. Files are complete or absent, and readable by this user only. */
export class ArtifactStore {
  constructor(private readonly folder: string) {}

  /** The path of an artifact that is here; undefined when it is not, or its size shows that it is damaged. */
  async find({ artifactSha256, artifactBytes }: ArtifactName): Promise<string | undefined> {
    const path = join(this.folder, artifactSha256)
    const size = await stat(path).then(
      (found) => found.size,
      () => undefined,
    )
    return size === artifactBytes ? path : undefined
  }

  /**
   * The path of an artifact, brought here first if need be. Throws `INVALID_ARTIFACT` when the bytes that come do not
   * have its sha-256 or are more than announced.
   */
  async ensure(name: ArtifactName, source: ArtifactSource): Promise<string> {
    const found = await this.find(name)
    if (found) return found
    await mkdir(this.folder, { recursive: true, mode: 0o700 })
    const path = join(this.folder, name.artifactSha256)
    const partial = `${path}.${randomUUID()}.partial`
    try {
      await receive(await source(name.artifactSha256), partial, name)
      await rename(partial, path)
      return path
    } finally {
      await rm(partial, { force: true })
    }
  }

  /** Removes every artifact but these, and what broken transfers left. */
  async keepOnly(sha256s: ReadonlySet<string>): Promise<void> {
    const files = await readdir(this.folder).catch(() => [])
    await Promise.all(
      files.filter((file) => !sha256s.has(file)).map((file) => rm(join(this.folder, file), { force: true })),
    )
  }
}

async function receive(source: Readable, path: string, { artifactSha256, artifactBytes }: ArtifactName): Promise<void> {
  const hash = createHash('sha256')
  let bytes = 0
  const check = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length
      hash.update(chunk)
      done(
        bytes > artifactBytes ? mismatch(artifactSha256, `more than the ${artifactBytes} bytes announced`) : null,
        chunk,
      )
    },
  })
  await pipeline(source, check, createWriteStream(path, { mode: 0o600, flush: true }))
  const came = hash.digest('hex')
  if (came !== artifactSha256) throw mismatch(artifactSha256, `bytes with the sha-256 ${came}`)
}

function mismatch(sha256: string, came: string): ModelgraphError {
  return new ModelgraphError('INVALID_ARTIFACT', `The artifact ${sha256} came as ${came}.`, { sha256 })
}
