import { badValue } from '../faults.js'
import { type Doc, isDocument } from '../values/documents.js'
import { ownField, setField } from '../values/paths.js'

/** `$unwind`: one document per element of an array; a value that is no array counts as one element. */
export function unwind(docs: Doc[], spec: unknown): Doc[] {
  const { path, includeArrayIndex, preserveNullAndEmptyArrays } = isDocument(spec) ? spec : ({ path: spec } as Doc)
  if (typeof path !== 'string' || !path.startsWith('$')) throw badValue("$unwind needs a path that begins with '$'")
  const fields = path.slice(1).split('.')
  const indexField = typeof includeArrayIndex === 'string' ? includeArrayIndex : undefined
  return docs.flatMap((doc) => rowsOf(doc, fields, indexField, preserveNullAndEmptyArrays === true))
}

function rowsOf(doc: Doc, fields: string[], indexField: string | undefined, preserve: boolean): Doc[] {
  const value = fields.reduce<unknown>((inner, field) => (isDocument(inner) ? ownField(inner, field) : undefined), doc)
  const numbered = (row: Doc, n: number | null) => (indexField === undefined ? row : { ...row, [indexField]: n })
  if (Array.isArray(value) && value.length > 0) return value.map((item, n) => numbered(replaced(doc, fields, item), n))
  const empty = value === undefined || value === null || Array.isArray(value)
  if (empty && !preserve) return []
  return [numbered(Array.isArray(value) ? replaced(doc, fields, undefined) : doc, null)]
}

function replaced(doc: Doc, [field, ...rest]: string[], value: unknown): Doc {
  const copy = { ...doc }
  const next = rest.length === 0 ? value : replaced(ownField(doc, field!) as Doc, rest, value)
  if (next === undefined) delete copy[field!]
  else setField(copy, field!, next)
  return copy
}
