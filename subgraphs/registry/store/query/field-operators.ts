import { badValue, refusal } from '../faults.js'
import { type Doc, isDocument, isOperatorDocument } from '../values/documents.js'
import { isNumeric, toDouble } from '../values/numbers.js'
import { comparedTo, equalTo, isPattern, patternTest } from './equality.js'
import { anyValue, every, not, wholeValue } from './field-tests.js'
import { compileCondition, compileFilter, type ExpressionTest, type FieldTest, type LeafTest } from './matcher.js'
import { compilePattern } from './patterns.js'
import { typeTest } from './types.js'

/** Compiles one operator of a field's condition; `siblings` is the whole condition, where `$regex` finds `$options`. */
export function fieldOperator(
  operator: string,
  operand: unknown,
  siblings: Doc,
  expressionTest: ExpressionTest,
): FieldTest {
  const make = Object.hasOwn(OPERATORS, operator) ? OPERATORS[operator] : undefined
  if (!make) throw refusal(`the query operator ${operator}`)
  return make(operand, siblings, expressionTest)
}

/** The query operators the store answers; everything else is refused. */
export function queryOperators(): string[] {
  return Object.keys(OPERATORS)
}

type Compile = (operand: unknown, siblings: Doc, expressionTest: ExpressionTest) => FieldTest

const OPERATORS: Record<string, Compile> = {
  $eq: (operand) => anyValue(literalTest(operand)),
  $ne: (operand) => not(anyValue(literalTest(operand))),
  $gt: (operand) => anyValue(comparedTo(operand, (order) => order > 0)),
  $gte: (operand) => anyValue(comparedTo(operand, (order) => order >= 0)),
  $lt: (operand) => anyValue(comparedTo(operand, (order) => order < 0)),
  $lte: (operand) => anyValue(comparedTo(operand, (order) => order <= 0)),
  $in: (operand) => anyValue(oneOf('$in', operand)),
  $nin: (operand) => not(anyValue(oneOf('$nin', operand))),
  $exists: (operand) => existence(truthy(operand)),
  $type: (operand) => anyValue(typeTest(operand)),
  $size: (operand) => wholeValue(sizeTest(operand)),
  $mod: (operand) => anyValue(modTest(operand)),
  $regex: (operand, siblings) => anyValue(regexTest(operand, siblings)),
  $not: (operand, _, expressionTest) => not(negatable(operand, expressionTest)),
  $all: (operand, _, expressionTest) => allOf(operand, expressionTest),
  $elemMatch: (operand, _, expressionTest) => wholeValue(elemMatchTest(operand, expressionTest)),
}

function literalTest(operand: unknown): LeafTest {
  if (isPattern(operand)) throw badValue('$eq and $ne take no regular expression')
  return equalTo(operand)
}

function oneOf(operator: string, operand: unknown): LeafTest {
  if (!Array.isArray(operand)) throw badValue(`${operator} needs an array`)
  if (operand.some(isOperatorDocument)) throw badValue(`cannot nest $ under ${operator}`)
  const strings = new Set(operand.filter((item) => typeof item === 'string'))
  const tests = operand.filter((item) => typeof item !== 'string').map((item) => patternTest(item) ?? equalTo(item))
  return (leaf) => (typeof leaf === 'string' && strings.has(leaf)) || tests.some((test) => test(leaf))
}

function sizeTest(operand: unknown): LeafTest {
  const size = isNumeric(operand) ? toDouble(operand) : Number.NaN
  if (!Number.isInteger(size) || size < 0) throw badValue('$size needs a non-negative integer')
  return (leaf) => Array.isArray(leaf) && leaf.length === size
}

function modTest(operand: unknown): LeafTest {
  const parts = Array.isArray(operand) ? operand : []
  const [divisor, rest] = parts.map((part) => (isNumeric(part) ? Math.trunc(toDouble(part)) : Number.NaN))
  if (parts.length !== 2 || !Number.isFinite(divisor) || !Number.isFinite(rest) || divisor === 0) {
    throw badValue('$mod needs [divisor, remainder], and a divisor other than 0')
  }
  return (leaf) => isNumeric(leaf) && Math.trunc(toDouble(leaf)) % divisor! === rest
}

function regexTest(operand: unknown, siblings: Doc): LeafTest {
  const options = siblings.$options === undefined ? '' : siblings.$options
  if (typeof options !== 'string') throw badValue('$options has to be a string')
  if (typeof operand !== 'string' && !isPattern(operand)) throw badValue('$regex has to be a string')
  const matches = compilePattern(operand, options)
  return (leaf) => typeof leaf === 'string' && matches(leaf)
}

function existence(wanted: boolean): FieldTest {
  const present = wholeValue((leaf) => leaf !== undefined)
  return wanted ? present : not(present)
}

function negatable(operand: unknown, expressionTest: ExpressionTest): FieldTest {
  if (!isPattern(operand) && !isOperatorDocument(operand)) throw badValue('$not needs a regex or a document')
  return compileCondition(operand, expressionTest)
}

function allOf(operand: unknown, expressionTest: ExpressionTest): FieldTest {
  if (!Array.isArray(operand)) throw badValue('$all needs an array')
  if (operand.length === 0) return wholeValue(() => false)
  return every(operand.map((item) => oneOfAll(item, expressionTest)))
}

function oneOfAll(item: unknown, expressionTest: ExpressionTest): FieldTest {
  if (!isOperatorDocument(item)) return anyValue(patternTest(item) ?? equalTo(item))
  if (!('$elemMatch' in item)) throw badValue('no $ expressions in $all')
  return wholeValue(elemMatchTest(item.$elemMatch, expressionTest))
}

function elemMatchTest(operand: unknown, expressionTest: ExpressionTest): LeafTest {
  if (!isDocument(operand)) throw badValue('$elemMatch needs an object')
  const test = isValueCondition(operand)
    ? valueElement(operand, expressionTest)
    : documentElement(operand, expressionTest)
  return (leaf) => Array.isArray(leaf) && leaf.some(test)
}

/** `{ $gt: 1 }` tests the element itself, `{ a: 1 }` and `{ $or: [...] }` test it as a document. */
function isValueCondition(operand: Doc): boolean {
  return isOperatorDocument(operand) && !['$and', '$or', '$nor', '$expr'].includes(Object.keys(operand)[0]!)
}

function valueElement(operand: Doc, expressionTest: ExpressionTest): LeafTest {
  const test = compileCondition(operand, expressionTest)
  return (element) => test.alone(element)
}

function documentElement(operand: Doc, expressionTest: ExpressionTest): LeafTest {
  const matches = compileFilter(operand, expressionTest)
  return (element) => isDocument(element) && matches(element)
}

function truthy(value: unknown): boolean {
  return isNumeric(value) ? toDouble(value) !== 0 : Boolean(value)
}
