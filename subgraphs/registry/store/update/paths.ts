import { badValue, StoreFault } from '../faults.js'
import { type Doc, isDocument } from '../values/documents.js'
import { isPosition, ownField, setField } from '../values/paths.js'

/** The value at an exact path (array positions as numbers), or undefined. */
export function getAt(doc: Doc, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, field) => childOf(value, field), doc)
}

/** Sets the value at a path, making documents on the way and padding arrays with null. */
export function setAt(doc: Doc, path: readonly string[], value: unknown): void {
  let node: unknown = doc
  path.forEach((field, n) => {
    const last = n === path.length - 1
    const next = last ? value : (childOf(node, field) ?? freshChild(node, field))
    if (last) assign(node, field, value, path)
    else if (next === null || typeof next !== 'object') throw notViable(field, path)
    else if (childOf(node, field) === undefined) assign(node, field, next, path)
    node = next
  })
}

/** Removes the field at a path; an element of an array becomes null, as in MongoDB. */
export function unsetAt(doc: Doc, path: readonly string[]): void {
  const parent = getAt(doc, path.slice(0, -1))
  const field = path.at(-1)!
  if (Array.isArray(parent)) {
    if (isPosition(field) && Number(field) < parent.length) parent[Number(field)] = null
  } else if (isDocument(parent)) delete parent[field]
}

export function splitPath(path: string): string[] {
  const fields = path.split('.')
  if (fields.some((field) => field === '')) throw badValue(`the update path '${path}' contains an empty field name`)
  return fields
}

const MAX_PADDING = 100_000

function childOf(value: unknown, field: string): unknown {
  if (Array.isArray(value)) return isPosition(field) ? value[Number(field)] : undefined
  return isDocument(value) ? ownField(value, field) : undefined
}

function freshChild(node: unknown, field: string): unknown {
  return childOf(node, field) === null ? null : {}
}

function assign(node: unknown, field: string, value: unknown, path: readonly string[]): void {
  if (isDocument(node)) setField(node, field, value)
  else if (Array.isArray(node) && isPosition(field)) assignElement(node, Number(field), value)
  else throw notViable(field, path)
}

function assignElement(values: unknown[], position: number, value: unknown): void {
  if (position > values.length + MAX_PADDING) throw badValue(`position ${position} is too far beyond the array's end`)
  while (values.length < position) values.push(null)
  values[position] = value
}

function notViable(field: string, path: readonly string[]): StoreFault {
  return new StoreFault(28, 'PathNotViable', `Cannot create field '${field}' in the update path '${path.join('.')}'`)
}
