import type { Served } from '../../../shared/mesh/protocol.js'

/** What one part says it was served; undefined when it is not what the protocol says. */
export function servedIn(stated: unknown): readonly Served[] | undefined {
  return Array.isArray(stated) && stated.every(isServed) ? stated : undefined
}

function isServed(value: unknown): value is Served {
  if (!Array.isArray(value)) return false
  const [model, version, rows, failed] = value as unknown[]
  return typeof model === 'string' && [version, rows, failed].every((number) => Number.isSafeInteger(number))
}
