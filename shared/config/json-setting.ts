import { z } from 'zod'

/** A setting that is JSON of this form; `fallback` when unset. What is wrong is said with its place in the JSON. */
export function json<Schema extends z.ZodType>(schema: Schema, fallback: z.infer<Schema>) {
  return z
    .string()
    .optional()
    .transform((text, context): z.infer<Schema> => {
      if (text === undefined) return fallback
      const given = parse(text)
      const parsed = schema.safeParse(given)
      if (parsed.success) return parsed.data
      context.addIssue({ code: 'custom', message: given === undefined ? 'expected JSON' : sentence(parsed.error) })
      return z.NEVER
    })
}

/** Undefined for what is not JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function sentence({ issues: [issue] }: z.ZodError): string {
  return issue!.path.length > 0 ? `${issue!.message}, at ${issue!.path.join('.')}` : issue!.message
}
