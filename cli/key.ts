import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { CommandFailure } from './failure.js'

const devKeys = z.object({ team: z.string() })

/** The key to publish with: what the file holds (the key alone, or a dev-keys.json), else the one of the environment. */
export async function readKey(file: string | undefined, fromEnvironment: string | undefined): Promise<string> {
  if (file !== undefined) return keyIn(file)
  if (fromEnvironment !== undefined) return fromEnvironment
  throw new CommandFailure(
    'There is no key; set MODELGRAPH_KEY, or name a file with --key-file (of `npm start`: .modelgraph/dev-keys.json).',
  )
}

async function keyIn(file: string): Promise<string> {
  let text: string
  try {
    text = (await readFile(file, 'utf8')).trim()
  } catch (cause) {
    throw new CommandFailure(`${file} cannot be read (${(cause as NodeJS.ErrnoException).code}).`)
  }
  const key = text.startsWith('{') ? teamKeyIn(text) : text
  if (key && !/\s/.test(key)) return key
  throw new CommandFailure(`${file} holds no key; put the key alone into it.`)
}

function teamKeyIn(json: string): string | undefined {
  try {
    return devKeys.parse(JSON.parse(json)).team
  } catch {
    return undefined
  }
}
