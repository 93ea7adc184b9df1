import { expect } from 'vitest'

/** Expects the same numbers to 1e-5, in lists as well, and anything else to be equal. */
export function expectClose(actual: unknown, expected: unknown): void {
  if (Array.isArray(expected)) {
    expect(actual).toHaveLength(expected.length)
    for (const [index, value] of expected.entries()) expectClose((actual as unknown[])[index], value)
  } else if (typeof expected === 'number') {
    expect(Math.abs((actual as number) - expected)).toBeLessThanOrEqual(1e-5 * Math.max(1, Math.abs(expected)))
  } else {
    expect(actual).toEqual(expected)
  }
}
