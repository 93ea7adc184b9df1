import { readFile } from 'node:fs/promises'
import type { z } from 'zod'
import { CommandFailure } from '../failure.js'

/** Reads a JSON file of a known shape. A CommandFailure names the file, the place in it and what was expected there. */
export async function readJsonFile<Schema extends z.ZodType>(path: string, schema: Schema): Promise<z.infer<Schema>> {
  const result = schema.safeParse(await jsonIn(path))
  if (result.success) return result.data
  const issue = result.error.issues[0]!
  const place = issue.path.length > 0 ? ` at ${issue.path.join('.')}` : ''
  throw new CommandFailure(`${path} is wrong${place}: ${issue.message}.`)
}

async function jsonIn(path: string): Promise<unknown> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    throw new CommandFailure(`${path} cannot be read (${(cause as NodeJS.ErrnoException).code}).`)
  }
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new CommandFailure(`${path} is not JSON: ${(cause as Error).message}.`)
  }
}
