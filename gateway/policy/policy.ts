import {
  type DocumentNode,
  GraphQLError,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getArgumentValues,
  type OperationDefinitionNode,
} from 'graphql'
import type { DeliveryPolicy } from '../../shared/control/protocol.js'
import { ModelgraphError } from '../../shared/errors/modelgraph-error.js'
import type { Identity } from '../../shared/identity/claims.js'
import type { Variables } from '../variables/coerce.js'
import { Denials } from './denials.js'
import { type ExplainedField, type ExplainedRule, everyField, explained } from './explain.js'
import { FieldGuards, type GuardSources } from './guards.js'
import { type Check, checksOf, isSkipped } from './operation-checks.js'
import { deny, isContextual, type Rule } from './shield.js'

/** An operation as it will run. */
export interface PolicyRequest {
  readonly document: DocumentNode
  readonly operation: OperationDefinitionNode
  /** Coerced, with defaults. */
  readonly variables: Variables
  readonly caller: Identity
  readonly delivery: DeliveryPolicy
}

/**
 * Decides, before anything is fetched, whether a caller may ask what an operation asks. What an operation meets is found
 * once per document and operation; the rules run on every request, since they may depend on caller and arguments.
 */
export class Policy {
  private readonly guards: FieldGuards
  private readonly denials: Denials
  private readonly known = new WeakMap<OperationDefinitionNode, OperationPolicy>()

  constructor(
    private readonly schema: GraphQLSchema,
    sources: GuardSources,
  ) {
    this.guards = new FieldGuards(schema, sources)
    this.denials = new Denials(schema)
  }

  /** What the operator's rules name and the graph does not have. */
  get unmatchedRules(): readonly string[] {
    return this.guards.unmatched
  }

  /**
   * Everything the caller may not ask, each a `FORBIDDEN` with its coordinate; empty when the operation may run: what its
   * client is denied, and what the rules refuse.
   */
  refusals(request: PolicyRequest): readonly GraphQLError[] | Promise<readonly GraphQLError[]> {
    const denied = this.denials.refusals(request)
    const ruled = this.ruled(request)
    if (denied.length === 0) return ruled
    return 'then' in ruled ? ruled.then((refusals) => [...denied, ...refusals]) : [...denied, ...ruled]
  }

  /** Whether more than the caller may decide what becomes of an operation: conditions, or rules that see arguments. */
  looksAtVariables(operation: Pick<PolicyRequest, 'document' | 'operation'>): boolean {
    return this.policyFor(operation).decided === undefined
  }

  /** Where only the caller decides, the answer for each is remembered. */
  private ruled(request: PolicyRequest): readonly GraphQLError[] | Promise<readonly GraphQLError[]> {
    const { checks, decided } = this.policyFor(request)
    if (!decided) return this.decide(checks, request)
    const known = decided.get(request.caller)
    if (known) return known
    return this.decide(checks, request).then((refusals) => {
      decided.set(request.caller, refusals)
      return refusals
    })
  }

  /** What {@link refusals} would decide of every field of an operation, in the order asked. */
  async explain(request: PolicyRequest): Promise<readonly ExplainedField[]> {
    const { document, operation, variables, caller } = request
    const context = { caller, _shield: { cache: {} } }
    const denied = new Map(this.denials.refusals(request).map((error) => [placeIn(error), error]))
    const checks = checksOf(this.schema, everyField(this.guards), document, operation)
    return Promise.all(
      checks.map(async (check) => {
        const rules = await this.heldRules(check, variables, context)
        if (isSkipped(check, variables)) return explained(check, 'LEFT_OUT', rules)
        const verdict = await this.verdict(check, variables, context)
        const reason = verdict === true ? undefined : refusal(check, verdict).message
        return explained(check, undefined, rules, { denied: denied.get(placeOf(check))?.message, reason })
      }),
    )
  }

  private heldRules(check: Check, variables: Variables, context: object): Promise<ExplainedRule[]> {
    return Promise.all(
      check.guard.rules.map(async ({ rule, source, at, needs }) => {
        const holds = (await this.verdict(check, variables, context, rule)) === true
        return { source, at, needs, holds }
      }),
    )
  }

  private policyFor({ document, operation }: Pick<PolicyRequest, 'document' | 'operation'>): OperationPolicy {
    const known = this.known.get(operation)
    if (known) return known
    const checks = checksOf(this.schema, this.guards, document, operation)
    const policy = { checks, decided: checks.every(dependsOnCallerOnly) ? new WeakMap() : undefined }
    this.known.set(operation, policy)
    return policy
  }

  private async decide(
    checks: readonly Check[],
    { variables, caller }: PolicyRequest,
  ): Promise<readonly GraphQLError[]> {
    const context = { caller, _shield: { cache: {} } }
    const refusals = new Map<string, GraphQLError>()
    for (const check of checks) {
      if (isSkipped(check, variables)) continue
      const verdict = await this.verdict(check, variables, context)
      if (verdict !== true) refusals.set(placeOf(check), refusal(check, verdict))
    }
    return [...refusals.values()]
  }

  private async verdict(
    check: Check,
    variables: Variables,
    context: object,
    rule: Rule = check.guard.rule,
  ): Promise<true | false | Error> {
    const args = check.field ? getArgumentValues(check.field, check.node, variables) : {}
    const info = { fieldName: check.node.name.value, parentType: check.type, schema: this.schema }
    const verdict = await rule.resolve(
      {},
      args,
      context as never,
      info as unknown as GraphQLResolveInfo,
      SHIELD_OPTIONS,
    )
    return typeof verdict === 'string' ? new Error(verdict) : verdict
  }
}

/** What an operation meets, and what that came to for each caller where nothing but the caller decides. */
interface OperationPolicy {
  readonly checks: readonly Check[]
  readonly decided: WeakMap<Identity, readonly GraphQLError[]> | undefined
}

function dependsOnCallerOnly({ guard, conditions }: Check): boolean {
  return conditions.length === 0 && isContextual(guard.rule)
}

/** A rule that throws is a refusal; the key of its cache is what it is asked about. */
const SHIELD_OPTIONS = {
  debug: false,
  allowExternalErrors: false,
  fallbackRule: deny,
  hashFunction: ({ args }: { args: unknown }) => JSON.stringify(args),
}

function placeOf({ guard, path }: Check): string {
  return `${guard.coordinate} ${path.join('.')}`
}

function placeIn({ extensions, path }: GraphQLError): string {
  return `${extensions.coordinate} ${path?.join('.')}`
}

function refusal({ guard, path }: Check, verdict: false | Error): GraphQLError {
  const { coordinate, needs } = guard
  const given = verdict instanceof GraphQLError && verdict.extensions.code ? verdict : undefined
  const message = verdict instanceof Error ? verdict.message : `${coordinate} needs ${needs}; this key has not got it.`
  const made = given ?? new ModelgraphError('FORBIDDEN', message)
  return new GraphQLError(made.message, { path: [...path], extensions: { ...made.extensions, coordinate } })
}
