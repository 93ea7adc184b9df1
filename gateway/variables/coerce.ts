import {
  type GraphQLInputType,
  type GraphQLSchema,
  isNonNullType,
  type OperationDefinitionNode,
  typeFromAST,
  type VariableDefinitionNode,
  valueFromAST,
} from 'graphql'
import type { ModelgraphError } from '../../shared/errors/modelgraph-error.js'
import { coercerOf } from './coercer.js'
import { report } from './finding.js'

export type Variables = Readonly<Record<string, unknown>>

/** Either the values a request means, defaults filled in, or everything that is wrong with them. */
export type CoercedVariables = { readonly values: Variables } | { readonly errors: readonly ModelgraphError[] }

/** Coerces the variables that a request brings for one operation. */
export type CoerceVariables = (given: Variables) => CoercedVariables

/**
 * Compiles the coercion of an operation's variables by the GraphQL rules (spec 6.1.2). Every finding is a `BAD_USER_INPUT`
 * with the path in the words of the request (`input.amount`, `inputs.7.amount`), what was expected, and the kind of what
 * came. The value itself is never repeated: a feature may be sensitive.
 */
export function compileCoercion(schema: GraphQLSchema, operation: OperationDefinitionNode): CoerceVariables {
  const variables = (operation.variableDefinitions ?? []).map((definition) => compileVariable(schema, definition))
  return (given) => {
    const findings: ModelgraphError[] = []
    const values: Record<string, unknown> = Object.create(null)
    for (const { name, read } of variables) {
      const value = read(given, findings)
      if (value !== undefined) values[name] = value
    }
    return findings.length > 0 ? { errors: findings } : { values }
  }
}

interface CompiledVariable {
  readonly name: string
  readonly read: (given: Variables, findings: ModelgraphError[]) => unknown
}

function compileVariable(schema: GraphQLSchema, definition: VariableDefinitionNode): CompiledVariable {
  const name = definition.variable.name.value
  const type = typeFromAST(schema, definition.type as never) as GraphQLInputType
  const coerce = coercerOf(type)
  const fallback: unknown = definition.defaultValue && valueFromAST(definition.defaultValue, type)
  const isRequired = fallback === undefined && isNonNullType(type)
  const absent = (findings: ModelgraphError[]) =>
    isRequired ? report(findings, name, undefined, type, 'nothing') : fallback
  return {
    name,
    read(given, findings) {
      const value = Object.hasOwn(given, name) ? given[name] : undefined
      return value === undefined ? absent(findings) : coerce(value, name, undefined, findings)
    },
  }
}
