import { Context, evalExpr } from 'mingo/core'
import type { Options } from 'mingo/types'
import { badValue, refusal } from '../faults.js'
import type { ExpressionTest } from '../query/matcher.js'
import { type Doc, isDocument, isOperatorDocument, toPlain } from '../values/documents.js'
import { checked, isTrue } from './calculation.js'
import { EXPRESSIONS } from './expression-operators.js'

/** Evaluates an expression on a plain document; undefined when the result is missing. */
export type Evaluate = (doc: unknown) => unknown

/** `$$name` values: those of `let`, and `NOW`. */
export interface Variables {
  values: Doc
  now: Date
}

/** Compiles an aggregation expression. Throws for an operator outside the allow-list before any document is read. */
export function compileExpression(expression: unknown, variables: Variables): Evaluate {
  const plain = toPlain(expression)
  requireAllowed(plain)
  if (!mentionsField(plain)) return constant(plain, variables)
  const options = optionsOf(variables)
  return (doc) => checked(() => evalExpr(doc as Doc, plain as Doc, options))
}

/** How filters evaluate `$expr`, on typed documents. */
export function expressionTest(variables: Variables): ExpressionTest {
  return (expression) => {
    const evaluate = compileExpression(expression, variables)
    return (doc) => isTrue(evaluate(toPlain(doc)))
  }
}

const CONTEXT = Context.init({ expression: EXPRESSIONS as never })

function optionsOf({ values, now }: Variables): Options {
  const variables = { ...(toPlain(values) as Doc), NOW: now }
  return {
    context: CONTEXT,
    scriptEnabled: false,
    useStrictMode: true,
    failOnError: true,
    variables,
  } as unknown as Options
}

function constant(plain: unknown, variables: Variables): Evaluate {
  const value = checked(() => evalExpr({}, plain as Doc, optionsOf(variables)))
  return () => value
}

function mentionsField(expression: unknown): boolean {
  if (typeof expression === 'string') return expression.startsWith('$')
  if (Array.isArray(expression)) return expression.some(mentionsField)
  return isDocument(expression) && (isOperatorDocument(expression) || Object.values(expression).some(mentionsField))
}

function requireAllowed(expression: unknown): void {
  if (Array.isArray(expression)) expression.forEach(requireAllowed)
  if (!isDocument(expression)) return
  const fields = Object.keys(expression)
  const [operator] = fields
  if (operator?.startsWith('$')) {
    if (fields.length > 1) throw badValue('an expression must contain exactly one operator')
    if (!Object.hasOwn(EXPRESSIONS, operator)) throw refusal(`the aggregation operator ${operator}`)
    if (operator === '$literal') return
    if (isDocument(expression[operator]) && 'timezone' in expression[operator])
      throw refusal(`a timezone in ${operator}`)
  }
  for (const field of fields) requireAllowed(expression[field])
}
