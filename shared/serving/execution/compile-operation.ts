import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  OperationTypeNode,
} from 'graphql'
import { CollectedErrors } from './collected-errors.js'
import { type Conditions, conditionsOf, isUnusual } from './conditions.js'
import type { CompiledDocument, CompiledField, Execution } from './execution.js'
import { isPromise } from './execution.js'
import { answerFields, answerFieldsInOrder, compileRootFields } from './selection.js'
import { compileVariables, FAULT } from './variables.js'

/** What an operation was answered, before errors are given their form. */
export interface ExecutionResult {
  readonly data: unknown
  /** Absent where there are none. */
  readonly errors?: readonly GraphQLError[]
}

/** An operation ready to be run. */
export interface CompiledOperation {
  /**
   * Undefined where the variables are not as the operation declares them: what is wrong with them is for graphql-js to say.
   * No resolver has been called then.
   */
  run(
    variables: Readonly<Record<string, unknown>>,
    context: unknown,
  ): Promise<ExecutionResult> | ExecutionResult | undefined
}

/** Variants of one operation at most, one for each combination of the variables that `@skip` and `@include` ask. */
const MOST_CONDITIONS = 4

/**
 * Compiles an operation of a validated document: closures for each selection that do what graphql-js does, in its order,
 * with everything decided that does not depend on the request. Undefined for what is left to graphql-js: subscriptions,
 * introspection of the schema, an operation name that fits none.
 */
export function compileOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | undefined,
): CompiledOperation | undefined {
  const definition = getOperationAST(document, operationName)
  if (!definition || definition.operation === OperationTypeNode.SUBSCRIPTION) return undefined
  const conditions = conditionsOf(document)
  const coerce = compileVariables(schema, definition)
  if (conditions.length > MOST_CONDITIONS || !coerce || isUnusual(document)) return undefined
  const variants = variantsOf({ schema, definition, fragments: fragmentsOf(document) }, conditions)
  return {
    run(given, context) {
      const variables = coerce(given)
      const variant = variables === FAULT ? undefined : variants(variables)
      return variant && variables !== FAULT ? variant(variables, context) : undefined
    },
  }
}

type Variables = Readonly<Record<string, unknown>>
type Run = (variables: Variables, context: unknown) => Promise<ExecutionResult> | ExecutionResult

/** The operation for the values that its conditions have; undefined where one has none. */
function variantsOf(operation: CompiledDocument, conditions: Conditions): (variables: Variables) => Run | undefined {
  const variants: (Run | undefined)[] = []
  return (variables) => {
    let variant = 0
    for (const name of conditions) {
      const value = variables[name]
      if (typeof value !== 'boolean') return undefined
      variant = 2 * variant + (value ? 1 : 0)
    }
    variants[variant] ??= compileVariant(
      operation,
      Object.fromEntries(conditions.map((name) => [name, variables[name]])),
    )
    return variants[variant]
  }
}

function compileVariant(operation: CompiledDocument, conditions: Variables): Run {
  const fields = compileRootFields(operation, conditions)
  const answer = operation.definition.operation === OperationTypeNode.MUTATION ? answerFieldsInOrder : answerFields
  return (variables, context) =>
    execute(fields, answer, { operation, context, variables, errors: new CollectedErrors() })
}

function execute(fields: readonly CompiledField[], answer: typeof answerFields, execution: Execution) {
  const { errors } = execution
  const resultOf = (data: unknown): ExecutionResult =>
    errors.errors.length === 0 ? { data } : { data, errors: errors.errors }
  const failed = (error: unknown) => {
    errors.add(error as GraphQLError, undefined)
    return resultOf(null)
  }
  try {
    const data = answer(fields, undefined, undefined, execution)
    return isPromise(data) ? data.then(resultOf, failed) : resultOf(data)
  } catch (error) {
    return failed(error)
  }
}

function fragmentsOf({ definitions }: DocumentNode): Record<string, FragmentDefinitionNode> {
  const fragments: Record<string, FragmentDefinitionNode> = Object.create(null)
  for (const definition of definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition
  }
  return fragments
}
