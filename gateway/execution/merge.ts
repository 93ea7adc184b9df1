import type { Plain } from './plain.js'

/**
 * Adds what was fetched to what is there: objects field by field, lists of one length element by element, anything else
 * in place of what was there. `isShared`: the source belongs to others too, so that none of it may become part of the
 * target, where later fetches add to it.
 */
export function merge(target: Plain, source: Plain, isShared: boolean): void {
  for (const key of Object.keys(source)) {
    const value = source[key]
    if (value === undefined || key === '__proto__') continue
    const before = target[key]
    if (before && isObject(value)) merge(before as Plain, value, isShared)
    else if (Array.isArray(value) && Array.isArray(before) && value.length === before.length) {
      mergeLists(before, value, isShared)
    } else target[key] = isShared ? copyOf(value) : value
  }
}

/** A copy of JSON data. */
export function copyOf<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(copyOf) as Value
  const copy: Plain = {}
  merge(copy, value as Plain, true)
  return copy as Value
}

function mergeLists(target: unknown[], source: readonly unknown[], isShared: boolean): void {
  for (let index = 0; index < source.length; index++) {
    const value = source[index]
    const before = target[index]
    if (isObject(before) && isObject(value)) merge(before, value, isShared)
    else target[index] = isShared ? copyOf(value) : value
  }
}

function isObject(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
