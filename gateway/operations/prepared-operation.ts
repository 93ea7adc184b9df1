import type { QueryPlan } from '@apollo/query-planner'
import { type DocumentNode, type GraphQLError, type OperationDefinitionNode, OperationTypeNode, print } from 'graphql'
import type { UsedOperation } from '../../shared/control/usage.js'
import { ModelgraphError } from '../../shared/errors/modelgraph-error.js'
import type { Span } from '../../shared/telemetry/tracing/span.js'
import { compileExecution } from '../execution/compile-execution.js'
import type { Execution } from '../execution/execution.js'
import type { PlanParts } from '../execution/plan-parts.js'
import type { CostModel } from '../limits/cost/cost-model.js'
import type { Demand } from '../limits/cost/demand.js'
import { compileDemand } from '../limits/cost/operation-cost.js'
import type { Limits } from '../limits/limits.js'
import type { Policy } from '../policy/policy.js'
import type { RequestContext } from '../request-context.js'
import { describeOperation } from '../usage/operation-usage.js'
import { type CoerceVariables, compileCoercion, type Variables } from '../variables/coerce.js'
import { answeringLocally, type LocalResolvers, splitLocal } from './local-fields.js'

/** What operations of one supergraph version stand on. */
export interface OperationGround extends PlanParts {
  readonly policy: Policy
  readonly costs: CostModel
  readonly limits: Limits
  readonly plan: (query: string, operationName: string | undefined) => Promise<QueryPlan>
  /** Fields of the query that the gateway answers itself. */
  readonly resolvers: LocalResolvers
}

/** What a request may run with, or why it may not. */
export type Admitted = { readonly variables: Variables } | { readonly errors: readonly GraphQLError[] }

/**
 * A validated operation of one supergraph version: what every request of it needs is compiled once. Both tiers admit
 * and execute requests here, so that neither can pass a check that the other makes.
 */
export class PreparedOperation {
  private readonly coerce: CoerceVariables
  private readonly isMutation: boolean
  private readonly demand: (variables: Variables) => Demand
  private described: UsedOperation | undefined
  private readonly declared: ReadonlySet<string>
  private planned: Execution | undefined
  private planning: Promise<Execution> | undefined

  constructor(
    private readonly ground: OperationGround,
    readonly document: DocumentNode,
    readonly operation: OperationDefinitionNode,
  ) {
    this.coerce = compileCoercion(ground.schema, operation)
    this.declared = new Set(operation.variableDefinitions?.map(({ variable }) => variable.name.value))
    this.isMutation = operation.operation === OperationTypeNode.MUTATION
    this.demand = compileDemand(ground.costs, document, operation)
  }

  /** What usage is counted by; made when first asked for. */
  get usage(): UsedOperation {
    this.described ??= describeOperation(this.ground.schema, this.document, this.operation)
    return this.described
  }

  /** Name as the client gave it. */
  get name(): string | undefined {
    return this.operation.name?.value
  }

  /** The operation's plan, compiled; undefined until {@link plan} has ended. */
  get execution(): Execution | undefined {
    return this.planned
  }

  /** Plans and compiles the operation, once. */
  plan(): Promise<Execution> {
    this.planning ??= this.makePlan().then(
      (execution) => (this.planned = execution),
      (error: unknown) => {
        this.planning = undefined
        throw error
      },
    )
    return this.planning
  }

  /**
   * Whether a subgraph may be given the variables as they came: each that is declared, and no other, so that no default
   * of the operation is missing.
   */
  takesAsGiven(given: Variables): boolean {
    const names = Object.keys(given)
    return names.length === this.declared.size && names.every((name) => this.declared.has(name))
  }

  /** Whether its variables may hold lists that were not read: nobody looks at their elements before they are passed on. */
  get takesUnread(): boolean {
    return !this.ground.policy.looksAtVariables(this)
  }

  /** Coerces the variables, then asks the policy, then the limits; nothing is fetched before all have passed. */
  admit(given: Variables, context: RequestContext): Admitted | Promise<Admitted> {
    return context.span ? this.admitTraced(given, context, context.span.child('admit')) : this.judge(given, context)
  }

  private async admitTraced(given: Variables, context: RequestContext, span: Span): Promise<Admitted> {
    const admitted = await this.judge(given, context)
    span.end({}, 'errors' in admitted)
    return admitted
  }

  private judge(given: Variables, context: RequestContext): Admitted | Promise<Admitted> {
    const coerced = this.coerce(given)
    if ('errors' in coerced) return coerced
    const variables = coerced.values
    const { document, operation } = this
    const { caller, terms } = context
    const asked = { document, operation, variables, caller, delivery: terms.delivery }
    const refusals = this.ground.policy.refusals(asked)
    if ('then' in refusals) return refusals.then((errors) => this.within(variables, errors, context))
    return this.within(variables, refusals, context)
  }

  private within(variables: Variables, refusals: readonly GraphQLError[], context: RequestContext) {
    if (refusals.length > 0) return { errors: refusals }
    const refusal = this.ground.limits.refusal(this.demand(variables), this.isMutation, context)
    if (refusal && 'then' in refusal) return refusal.then((error) => (error ? { errors: [error] } : { variables }))
    return refusal ? { errors: [refusal] } : { variables }
  }

  private async makePlan(): Promise<Execution> {
    const { schema, resolvers } = this.ground
    const { local, rest } = splitLocal(this.document, this.operation, resolvers)
    const execution = rest && (await this.compile(rest))
    return local ? answeringLocally({ schema, resolvers }, local, execution, this.operation) : execution!
  }

  private async compile(document: DocumentNode): Promise<Execution> {
    const operationName = this.name
    const plan = await this.ground.plan(print(document), operationName)
    const execution = compileExecution({ ...this.ground, document, operationName, plan })
    if (execution) return execution
    throw new ModelgraphError(
      'BAD_REQUEST',
      'The operation uses what this gateway cannot run: a reserved name such as `constructor`.',
    )
  }
}
