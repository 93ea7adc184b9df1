import { badValue, refusal } from '../faults.js'
import { type Doc, isDocument, isOperatorDocument } from '../values/documents.js'
import { equalTo, patternTest } from './equality.js'
import { fieldOperator } from './field-operators.js'
import { anyValue, every } from './field-tests.js'

export type DocumentTest = (doc: Doc) => boolean
/** A test of the value a path leads to: undefined when missing, an array as a whole. */
export type LeafTest = (leaf: unknown) => boolean

/** Evaluates `$expr`; given from outside, because expressions belong to aggregation. */
export type ExpressionTest = (expression: unknown) => DocumentTest

/** Compiles a filter. Throws a fault for an operator that is unknown, refused, or given a wrong operand. */
export function compileFilter(filter: unknown, expressionTest: ExpressionTest): DocumentTest {
  if (!isDocument(filter)) throw badValue('a filter must be a document')
  const tests = Object.entries(filter).map(([field, condition]) =>
    field.startsWith('$') ? logicalTest(field, condition, expressionTest) : fieldTest(field, condition, expressionTest),
  )
  return allOf(tests)
}

/** The test of one field's condition. */
export interface FieldTest {
  /** Tests what a path leads to, each element of an array included. */
  at(value: unknown, path: readonly string[]): boolean
  /** Tests one value alone: an array as a whole only. */
  alone(value: unknown): boolean
}

/** Compiles the condition of one field: a value, a pattern, or a document of operators. */
export function compileCondition(condition: unknown, expressionTest: ExpressionTest): FieldTest {
  if (!isOperatorDocument(condition)) return anyValue(patternTest(condition) ?? equalTo(condition))
  const operators = Object.entries(condition).filter(([operator]) => operator !== '$options')
  return every(operators.map(([operator, operand]) => fieldOperator(operator, operand, condition, expressionTest)))
}

function fieldTest(field: string, condition: unknown, expressionTest: ExpressionTest): DocumentTest {
  const path = field.split('.')
  const test = compileCondition(condition, expressionTest)
  return (doc) => test.at(doc, path)
}

function logicalTest(operator: string, operand: unknown, expressionTest: ExpressionTest): DocumentTest {
  switch (operator) {
    case '$and':
      return allOf(clauses(operator, operand, expressionTest))
    case '$or':
      return anyOf(clauses(operator, operand, expressionTest))
    case '$nor': {
      const any = anyOf(clauses(operator, operand, expressionTest))
      return (doc) => !any(doc)
    }
    case '$expr':
      return expressionTest(operand)
    case '$comment':
      return () => true
    default:
      throw refusal(`the query operator ${operator}`)
  }
}

function clauses(operator: string, operand: unknown, expressionTest: ExpressionTest): DocumentTest[] {
  if (!Array.isArray(operand) || operand.length === 0) throw badValue(`${operator} must be a nonempty array`)
  return operand.map((clause) => compileFilter(clause, expressionTest))
}

function allOf(tests: DocumentTest[]): DocumentTest {
  if (tests.length === 1) return tests[0]!
  return (doc) => tests.every((test) => test(doc))
}

function anyOf(tests: DocumentTest[]): DocumentTest {
  return (doc) => tests.some((test) => test(doc))
}
