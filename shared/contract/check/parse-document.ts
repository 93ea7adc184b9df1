import type { z } from 'zod'
import { badInput, type Issue, MAX_ISSUES } from './issue.js'
import { describeReceived, shorten } from './received.js'

/**
 * Parses a JSON document by its schema. Throws one `BAD_USER_INPUT` that lists what is wrong, each with its path under
 * `root`: `card.metrics.0.value`.
 */
export function parseDocument<Schema extends z.ZodType>(schema: Schema, json: unknown, root: string): z.output<Schema> {
  const result = schema.safeParse(json)
  if (result.success) return result.data
  throw badInput(result.error.issues.flatMap((issue) => issuesOf(issue, json, root)).slice(0, MAX_ISSUES))
}

function issuesOf(issue: z.core.$ZodIssue, json: unknown, root: string): readonly Issue[] {
  const path = [root, ...issue.path.map(String)].join('.')
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: `${path}.${shorten(key)}`,
      expected: 'only fields that the format knows',
      received: 'an unknown field',
    }))
  }
  return [{ path, expected: expectationOf(issue), received: describeReceived(valueAt(json, issue.path)) }]
}

/** zod's own message, less its preamble and its account of what came. */
function expectationOf({ message }: z.core.$ZodIssue): string {
  return message
    .replace(/^Invalid input: /, '')
    .replace(/^expected /, '')
    .replace(/, received .*$/, '')
    .replace(/^./, (letter) => letter.toLowerCase())
}

function valueAt(json: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | null | undefined)?.[key], json)
}
