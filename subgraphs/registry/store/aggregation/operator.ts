import { evalExpr } from 'mingo/core'
import type { Options } from 'mingo/types'

/** Calculates on a document, given the operator's operand and the evaluation's options. */
export type Operator = (doc: never, expression: never, options: Options) => unknown
export type Operators = Record<string, Operator>

/** An operator of one argument, written `{ $op: x }` or `{ $op: [x] }`. */
export function unary(calculate: (value: unknown) => unknown): Operator {
  return (doc: unknown, expression: unknown, options) => {
    const single = Array.isArray(expression) && expression.length === 1 ? expression[0] : expression
    return calculate(evaluate(doc, single, options))
  }
}

/** An operator of a list of arguments. */
export function variadic(calculate: (values: unknown[]) => unknown): Operator {
  return (doc: unknown, expression: unknown, options) => {
    const values = evaluate(doc, expression, options)
    return calculate(Array.isArray(values) ? values : [values])
  }
}

/** An operator whose operand is a document of named arguments. */
export function named(calculate: (values: Record<string, unknown>) => unknown): Operator {
  return (doc: unknown, expression: unknown, options) =>
    calculate(evaluate(doc, expression, options) as Record<string, unknown>)
}

export function isNil(value: unknown): value is null | undefined {
  return value === null || value === undefined
}

function evaluate(doc: unknown, expression: unknown, options: Options): unknown {
  return evalExpr(doc as object, expression as object, options)
}
