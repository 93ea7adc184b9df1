import { badValue } from '../faults.js'
import { type Doc, isDocument, isOperatorDocument } from '../values/documents.js'
import { ownField, setField } from '../values/paths.js'
import { compileExpression, type Evaluate, type Variables } from './expressions.js'

/** `$addFields`: sets fields, nested ones inside every element of an array on their way. */
export function addFields(docs: Doc[], spec: Doc, variables: Variables): Doc[] {
  const additions = additionsOf(spec, [], variables)
  return docs.map((doc) =>
    additions.reduce((result, { path, evaluate }) => withField(result, path, evaluate(doc)), doc),
  )
}

/** `$unset`: one path or a list of them. */
export function unsetFields(docs: Doc[], spec: unknown): Doc[] {
  const paths = (Array.isArray(spec) ? spec : [spec]).map((path) => {
    if (typeof path !== 'string' || path === '') throw badValue('$unset needs field paths')
    return path.split('.')
  })
  return docs.map((doc) => paths.reduce((result, path) => withField(result, path, undefined), doc))
}

interface Addition {
  path: string[]
  evaluate: Evaluate
}

function additionsOf(spec: Doc, prefix: string[], variables: Variables): Addition[] {
  return Object.entries(spec).flatMap(([field, value]) => {
    if (field === '' || field.startsWith('$')) throw badValue(`'${field}' is no field path`)
    const path = [...prefix, ...field.split('.')]
    const nested = isDocument(value) && !isOperatorDocument(value) && Object.keys(value).length > 0
    return nested ? additionsOf(value, path, variables) : [{ path, evaluate: compileExpression(value, variables) }]
  })
}

/** A copy with the field set, or removed when the value is undefined. */
function withField(doc: Doc, path: string[], value: unknown): Doc {
  const [field, ...rest] = path as [string, ...string[]]
  const copy = { ...doc }
  const next = rest.length === 0 ? value : within(ownField(doc, field), rest, value)
  if (next === undefined) delete copy[field]
  else setField(copy, field, next)
  return copy
}

function within(existing: unknown, path: string[], value: unknown): unknown {
  if (Array.isArray(existing)) return existing.map((item) => within(item, path, value))
  if (isDocument(existing)) return withField(existing, path, value)
  return value === undefined ? existing : withField({}, path, value)
}
