import { badValue, refusal } from '../faults.js'
import { type Doc, isDocument, isOperatorDocument } from '../values/documents.js'
import { isNumeric, toDouble } from '../values/numbers.js'
import { ownField, setField } from '../values/paths.js'
import { compileFilter, type ExpressionTest } from './matcher.js'

/** Shapes a document: `{ a: 1, 'b.c': 1 }`, `{ a: 0 }`, `{ name: '$first' }`, `{ list: { $slice: 2 } }`. */
export type Projection = (doc: Doc) => Doc

/** Compiles an expression of a projected field; the result undefined leaves the field out. */
export type CompileExpression = (expression: unknown) => (doc: Doc) => unknown

export interface ProjectionOptions {
  expression: CompileExpression
  expressionTest: ExpressionTest
  /** `find` knows `$slice` and `$elemMatch` as projections; `$project` knows them only as expressions. */
  find: boolean
}

type Action = true | false | ((doc: Doc) => unknown)
interface Tree {
  [field: string]: Tree | Action
}

export function compileProjection(spec: Doc, options: ProjectionOptions): Projection {
  const tree: Tree = Object.create(null)
  for (const [path, value] of Object.entries(spec)) plant(tree, path, value, options)
  const { _id: id, ...fields } = tree
  const kept = leaves(fields).filter((action) => action !== undefined)
  const include = kept.some((action) => action === true) || (!options.find && kept.some((action) => action !== false))
  const exclude = kept.some((action) => action === false)
  if (include && exclude) throw badValue('a projection cannot mix inclusion and exclusion')
  const computedOnly = kept.length > 0 && !include && !exclude && kept.some((action) => !isSlice(action))
  const inclusive = include || computedOnly || (kept.length === 0 && (id === true || typeof id === 'function'))
  if (inclusive && id === undefined) tree._id = true
  return (doc) => shape(doc, tree, inclusive, doc) as Doc
}

const SLICE = Symbol('slice')

function plant(tree: Tree, path: string, value: unknown, options: ProjectionOptions): void {
  if (path === '' || path.startsWith('$') || path.includes('..')) throw badValue(`'${path}' is no field path`)
  if (path.endsWith('.$')) throw refusal('the positional projection')
  const fields = path.split('.')
  const last = fields.pop()!
  let node = tree
  for (const field of fields) {
    node[field] ??= Object.create(null) as Tree
    const next: Tree | Action = node[field]
    if (typeof next !== 'object') throw badValue(`path collision at ${path}`)
    node = next
  }
  if (node[last] !== undefined) throw badValue(`path collision at ${path}`)
  node[last] = actionOf(path, value, options)
}

function actionOf(path: string, value: unknown, options: ProjectionOptions): Tree | Action {
  if (typeof value === 'boolean') return value
  if (isNumeric(value)) return toDouble(value) !== 0
  if (options.find && isDocument(value) && '$slice' in value) return slice(path, value.$slice)
  if (options.find && isDocument(value) && '$elemMatch' in value) return firstMatch(path, value.$elemMatch, options)
  if (isDocument(value) && !isOperatorDocument(value)) return branch(path, value, options)
  return options.expression(value)
}

function branch(path: string, value: Doc, options: ProjectionOptions): Tree {
  const node: Tree = Object.create(null)
  if (Object.keys(value).length === 0) throw badValue(`an empty document is no projection of '${path}'`)
  for (const [field, inner] of Object.entries(value)) plant(node, field, inner, options)
  return node
}

function slice(path: string, operand: unknown): Action {
  const [skip, limit] = (Array.isArray(operand) ? operand : [operand]).map((part) =>
    isNumeric(part) ? toDouble(part) : NaN,
  )
  if (Number.isNaN(skip) || (limit !== undefined && !(limit > 0))) throw badValue('$slice needs n or [skip, n > 0]')
  const fields = path.split('.')
  const cut = (doc: Doc) => {
    const value = fields.reduce<unknown>(
      (inner, field) => (isDocument(inner) ? ownField(inner, field) : undefined),
      doc,
    )
    return Array.isArray(value) ? sliced(value, skip!, limit) : value
  }
  return Object.assign(cut, { [SLICE]: true })
}

function sliced(values: unknown[], skip: number, limit: number | undefined): unknown[] {
  if (limit === undefined) return skip < 0 ? values.slice(skip) : values.slice(0, skip)
  const start = skip < 0 ? Math.max(0, values.length + skip) : skip
  return values.slice(start, start + limit)
}

function firstMatch(path: string, operand: unknown, { expressionTest }: ProjectionOptions): Action {
  const matches = compileFilter({ [path]: { $elemMatch: operand } }, expressionTest)
  return (doc) => {
    const value = ownField(doc, path)
    const item = Array.isArray(value) && value.find((element) => matches({ [path]: [element] }))
    return item === undefined || item === false ? undefined : [item]
  }
}

function leaves(tree: Tree): Action[] {
  return Object.values(tree).flatMap((node) => (typeof node === 'object' ? leaves(node) : [node]))
}

function isSlice(action: Action): boolean {
  return typeof action === 'function' && SLICE in action
}

function shape(value: unknown, tree: Tree, include: boolean, root: Doc): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => shape(item, tree, include, root))
    return items.filter((item) => item !== undefined)
  }
  if (!isDocument(value)) return include ? undefined : value
  const result: Doc = {}
  for (const [field, item] of Object.entries(value)) {
    const action = tree[field]
    const kept = action === undefined ? (include ? undefined : item) : applied(action, item, include, root)
    if (kept !== undefined) setField(result, field, kept)
  }
  for (const [field, action] of Object.entries(tree)) addComputed(result, field, action, root)
  return result
}

function applied(action: Tree | Action, item: unknown, include: boolean, root: Doc): unknown {
  if (typeof action === 'object') return shape(item, action, include, root)
  if (typeof action === 'function') return isSlice(action) ? action(root) : undefined
  return action ? item : undefined
}

function addComputed(result: Doc, field: string, action: Tree | Action, root: Doc): void {
  if (typeof action === 'function' && !isSlice(action)) {
    const value = action(root)
    if (value !== undefined) setField(result, field, value)
  }
  if (typeof action !== 'object' || ownField(result, field) !== undefined) return
  if (leaves(action).some((leaf) => typeof leaf === 'function' && !isSlice(leaf))) {
    setField(result, field, shape({}, action, true, root))
  }
}
