import type { Response } from './executors.js'

/**
 * A response without the list indices in the paths of its errors. Apollo counts objects that it has no representation of,
 * and so misplaces the errors of those behind them.
 */
export function withoutIndices({ data, errors }: Response): Response {
  const lines = errors.map((line) => {
    const error = JSON.parse(line) as { path?: readonly unknown[] }
    return JSON.stringify({ ...error, path: error.path?.map((key) => (typeof key === 'number' ? '#' : key)) })
  })
  return { data, errors: lines.sort() }
}

/** Path and message of an error. */
export function placeOf(line: string): string {
  const { path, message } = JSON.parse(line) as { path?: readonly unknown[]; message: string }
  return JSON.stringify([path, message])
}
