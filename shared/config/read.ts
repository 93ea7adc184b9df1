import { readFileSync } from 'node:fs'
import type { z } from 'zod'

/** A wrong setting: the message is one sentence that says which, what was expected and what to do. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

/**
 * Reads settings from environment variables with a zod object whose keys are the variables' names. Unset and empty
 * variables take the defaults. A secret need not stand in the environment: where `<NAME>_FILE` is set and `<NAME>` is
 * not, the value is what that file holds. Values are not repeated in the message, since some are secrets.
 */
export function readConfig<Schema extends z.ZodObject>(schema: Schema, env: NodeJS.ProcessEnv): z.infer<Schema> {
  const given = Object.fromEntries(
    Object.keys(schema.shape).map((name) => [name, env[name] || contentOf(`${name}_FILE`, env)]),
  )
  const result = schema.safeParse(given)
  if (result.success) return result.data
  const issue = result.error.issues[0]!
  throw new ConfigError(`The setting ${String(issue.path[0])} is wrong: ${issue.message}.`)
}

/** What the file holds that a setting names, without the line break at its end; undefined when it names none. */
function contentOf(setting: string, env: NodeJS.ProcessEnv): string | undefined {
  const path = env[setting]
  if (!path) return undefined
  try {
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '') || undefined
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new ConfigError(`The setting ${setting} is wrong: the file it names cannot be read (${code}).`)
  }
}
