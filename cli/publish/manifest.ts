import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import { type ModelCard, modelCard } from '../../shared/contract/card.js'
import { CommandFailure } from '../failure.js'
import { readJsonFile } from './json-file.js'

const name = z.string().regex(/^[a-z][a-z0-9-]{1,62}$/, 'expected a name in lower case with hyphens')

const manifest = z.strictObject({
  name,
  team: name,
  models: z.array(z.strictObject({ name, versions: z.array(z.string().min(1)).min(1) })),
})

/** `modelgraph.json`: what a team publishes. Versions are folders, relative to it. */
export type Manifest = z.infer<typeof manifest>

/** An artifact and its card, as they lie in a version's folder. */
export interface VersionFiles {
  readonly card: ModelCard
  readonly artifact: { readonly path: string; readonly sha256: string }
}

export function readManifest(folder: string): Promise<Manifest> {
  return readJsonFile(join(folder, 'modelgraph.json'), manifest)
}

/** Reads `card.json` and digests `model.onnx`. */
export async function readVersion(folder: string): Promise<VersionFiles> {
  const path = join(folder, 'model.onnx')
  const card = await readJsonFile(join(folder, 'card.json'), modelCard)
  return { card, artifact: { path, sha256: await sha256Of(path) } }
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  try {
    await pipeline(createReadStream(path), hash)
  } catch (cause) {
    throw new CommandFailure(`${path} cannot be read (${(cause as NodeJS.ErrnoException).code}).`)
  }
  return hash.digest('hex')
}
