import type { Identity } from '../../shared/identity/claims.js'
import { holdsAnyOf, holdsScope } from './scopes.js'
import { allow, type Rule, rule } from './shield.js'

/** What a rule of ours is given as its context. */
export interface RuleContext {
  readonly caller: Identity
}

/** Rules by type, or by type and field, as graphql-shield takes them; `*` stands for the other fields of the type. */
export type RuleTree = Readonly<Record<string, Rule | Readonly<Record<string, Rule>>>>

const publisher = rule('publisher', { cache: 'contextual' })((_parent, _args, { caller }: RuleContext) =>
  holdsAnyOf(caller.scopes, 'publish:'),
)

const admin = rule('admin', { cache: 'contextual' })((_parent, _args, { caller }: RuleContext) =>
  holdsScope(caller.scopes, 'admin'),
)

/** The rules that a team's `@policy(policies: [["publisher"]])` can name. A name that is not here denies. */
export const NAMED_RULES: Readonly<Record<string, Rule>> = { publisher, admin, authenticated: allow }

/**
 * The operator's own rules, beside what the teams declare; both must hold. A rule on an interface holds for every type
 * that implements it.
 */
export const OPERATOR_RULES: RuleTree = {}
