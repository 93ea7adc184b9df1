import { type Doc, isDocument } from './documents.js'

/**
 * Visits every value a dotted path leads to, arrays on the way crossed element by element and by position, as MongoDB
 * does. A missing value is visited as undefined. An array at the end is visited whole. `visit` returning true stops.
 */
export function someAt(value: unknown, path: readonly string[], visit: (leaf: unknown) => boolean, at = 0): boolean {
  if (at === path.length) return visit(value)
  if (Array.isArray(value)) return someInArray(value, path, visit, at)
  if (!isDocument(value)) return visit(undefined)
  return someAt(ownField(value, path[at]!), path, visit, at + 1)
}

/** All values at a path, missing ones as undefined. */
export function valuesAt(doc: Doc, path: readonly string[]): unknown[] {
  const values: unknown[] = []
  someAt(doc, path, (leaf) => {
    values.push(leaf)
    return false
  })
  return values
}

/** True when the path crosses or ends in an array. */
export function meetsArray(doc: Doc, path: readonly string[]): boolean {
  let value: unknown = doc
  for (const field of path) {
    if (Array.isArray(value)) return true
    value = isDocument(value) ? ownField(value, field) : undefined
  }
  return Array.isArray(value)
}

/** A document's own field: never one inherited from Object.prototype. */
export function ownField(doc: Doc, field: string): unknown {
  return Object.hasOwn(doc, field) ? doc[field] : undefined
}

/** Defines a field, also one named `__proto__`, without touching the prototype. */
export function setField(doc: Doc, field: string, value: unknown): void {
  if (field === '__proto__') {
    Object.defineProperty(doc, field, { value, enumerable: true, configurable: true, writable: true })
  } else doc[field] = value
}

export function isPosition(field: string): boolean {
  return /^(0|[1-9]\d{0,8})$/.test(field)
}

function someInArray(values: unknown[], path: readonly string[], visit: (leaf: unknown) => boolean, at: number) {
  const field = path[at]!
  if (isPosition(field) && Number(field) < values.length && someAt(values[Number(field)], path, visit, at + 1)) {
    return true
  }
  return values.some((item) => isDocument(item) && someAt(item, path, visit, at))
}
