import { badValue, refusal } from '../faults.js'
import { type Doc, isDocument, toPlain } from '../values/documents.js'
import { encodeKey } from '../values/keys.js'
import { accumulatorNamed } from './accumulators.js'
import { compileExpression, type Evaluate, type Variables } from './expressions.js'

/** `$group`: documents by the value of an expression, each group made one document by accumulators. */
export function group(docs: Doc[], spec: Doc, variables: Variables): Doc[] {
  if (!('_id' in spec)) throw badValue('a group specification must include an _id')
  const { _id: id, ...fields } = spec
  const idOf = compileExpression(id, variables)
  const columns = Object.entries(fields).map(([field, value]) => columnOf(field, value, variables))
  const groups = new Map<string, { id: unknown; docs: Doc[] }>()
  for (const doc of docs) {
    const value = idOf(doc) ?? null
    const key = encodeKey(value).toString('latin1')
    const members = groups.get(key)
    if (members) members.docs.push(doc)
    else groups.set(key, { id: value, docs: [doc] })
  }
  return [...groups.values()].map((members) => ({ _id: members.id, ...summary(columns, members.docs) }))
}

interface Column {
  field: string
  summarize: (docs: Doc[]) => unknown
}

function columnOf(field: string, value: unknown, variables: Variables): Column {
  const operators = isDocument(value) ? Object.entries(value) : []
  const [operator, typed] = operators[0] ?? []
  const operand = toPlain(typed)
  if (operators.length !== 1 || field.includes('.')) throw badValue(`the field '${field}' must be one accumulator`)
  const accumulate = accumulatorNamed(operator!)
  const evaluate = evaluateOperand(operator!, operand, variables)
  return { field, summarize: (docs) => accumulate(docs.map(evaluate), operand) }
}

function evaluateOperand(operator: string, operand: unknown, variables: Variables): Evaluate {
  if (operator === '$count') return () => 1
  if (operator !== '$percentile' && operator !== '$median') return compileExpression(operand, variables)
  if (!isDocument(operand) || operand.method !== 'approximate') throw refusal(`${operator} other than approximate`)
  return compileExpression(operand.input, variables)
}

function summary(columns: Column[], docs: Doc[]): Doc {
  return Object.fromEntries(columns.map(({ field, summarize }) => [field, summarize(docs)]))
}
