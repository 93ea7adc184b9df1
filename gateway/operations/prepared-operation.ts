import type { DocumentNode, GraphQLError, GraphQLSchema, OperationDefinitionNode } from 'graphql'
import type { Execution } from '../execution/execution.js'
import type { Policy } from '../policy/policy.js'
import type { RequestContext } from '../request-context.js'
import { type CoerceVariables, compileCoercion, type Variables } from '../variables/coerce.js'

/** What a request may run with, or why it may not. */
export type Admitted = { readonly variables: Variables } | { readonly errors: readonly GraphQLError[] }

/**
 * A validated operation of one supergraph version: what every request of it needs is compiled once. Both tiers admit
 * requests here, so that neither can pass a check that the other makes.
 */
export class PreparedOperation {
  /** Set as soon as the operation is planned for the hot tier. */
  execution: Execution | undefined
  private readonly coerce: CoerceVariables

  constructor(
    schema: GraphQLSchema,
    private readonly policy: Policy,
    readonly document: DocumentNode,
    readonly operation: OperationDefinitionNode,
  ) {
    this.coerce = compileCoercion(schema, operation)
  }

  /** Name as the client gave it. */
  get name(): string | undefined {
    return this.operation.name?.value
  }

  /** Coerces the variables, then asks the policy; nothing is fetched before both have passed. */
  admit(given: Variables, { caller }: RequestContext): Admitted | Promise<Admitted> {
    const coerced = this.coerce(given)
    if ('errors' in coerced) return coerced
    const variables = coerced.values
    const { document, operation } = this
    const refusals = this.policy.refusals({ document, operation, variables, caller })
    return 'then' in refusals ? refusals.then((errors) => admitted(variables, errors)) : admitted(variables, refusals)
  }
}

function admitted(variables: Variables, refusals: readonly GraphQLError[]): Admitted {
  return refusals.length > 0 ? { errors: refusals } : { variables }
}
