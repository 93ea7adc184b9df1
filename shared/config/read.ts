import type { z } from 'zod'

/** A wrong setting: the message is one sentence that says which, what was expected and what to do. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

/**
 * Reads settings from environment variables with a zod object whose keys are the variables' names. Unset and empty
 * variables take the defaults. Values are not repeated in the message, since some are secrets.
 */
export function readConfig<Schema extends z.ZodObject>(schema: Schema, env: NodeJS.ProcessEnv): z.infer<Schema> {
  const given = Object.fromEntries(
    Object.keys(schema.shape).map((name) => [name, env[name] === '' ? undefined : env[name]]),
  )
  const result = schema.safeParse(given)
  if (result.success) return result.data
  const issue = result.error.issues[0]!
  throw new ConfigError(`The setting ${String(issue.path[0])} is wrong: ${issue.message}.`)
}
