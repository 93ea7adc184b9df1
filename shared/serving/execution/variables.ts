import {
  type GraphQLSchema,
  isInputType,
  isNonNullType,
  type OperationDefinitionNode,
  typeFromAST,
  type VariableDefinitionNode,
  valueFromAST,
} from 'graphql'
import { type Coerce, compileInput, FAULT } from './inputs.js'

export { FAULT } from './inputs.js'

type Values = Readonly<Record<string, unknown>>

/** Values of the variables that an operation declares; `FAULT` where those given don't fit. */
export type CoerceVariables = (given: Values) => Values | typeof FAULT

/** Undefined where a variable's type is none that can be given. */
export function compileVariables(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
): CoerceVariables | undefined {
  const variables = variableDefinitions.map((node) => compileVariable(schema, node))
  if (!variables.every((variable) => variable !== undefined)) return undefined
  return (given) => {
    const values: Record<string, unknown> = {}
    for (const { name, coerce, absent } of variables) {
      const value = Object.hasOwn(given, name) ? coerce(given[name]) : absent()
      if (value === FAULT) return FAULT
      if (value !== NOTHING) values[name] = value
    }
    return values
  }
}

interface Variable {
  readonly name: string
  readonly coerce: Coerce
  /** What stands for a variable that is not given: its default, nothing, or `FAULT`. */
  readonly absent: () => unknown
}

const NOTHING = Symbol('no value')

function compileVariable(schema: GraphQLSchema, node: VariableDefinitionNode): Variable | undefined {
  const type = typeFromAST(schema, node.type)
  if (!isInputType(type)) return undefined
  const { defaultValue } = node
  const nothing = isNonNullType(type) ? FAULT : NOTHING
  const absent = defaultValue ? () => valueFromAST(defaultValue, type) : () => nothing
  return { name: node.variable.name.value, coerce: compileInput(type), absent }
}
