import type { Requirement } from './requirement.js'
import type { RuleContext } from './rules.js'
import { holdsScope } from './scopes.js'
import { allow, and, deny, or, type Rule, rule } from './shield.js'

/** One rule for a requirement: scopes and policies must both hold. An unknown policy denies. */
export function ruleOf(requirement: Requirement, named: Readonly<Record<string, Rule>>): Rule {
  const scopes = requirement.scopes && anyOf(requirement.scopes.map((group) => allOf(group.map(scopeRule))))
  const policies =
    requirement.policies &&
    anyOf(requirement.policies.map((group) => allOf(group.map((name) => namedRule(name, named)))))
  return allOf([scopes, policies].filter((made) => made !== undefined))
}

/** Every rule must hold; no rule at all allows. */
export function allOf(rules: readonly Rule[]): Rule {
  if (rules.length === 0) return allow
  return rules.length === 1 ? rules[0]! : and(...rules)
}

function anyOf(rules: readonly Rule[]): Rule {
  if (rules.length === 0) return deny
  return rules.length === 1 ? rules[0]! : or(...rules)
}

function scopeRule(scope: string): Rule {
  return rule(`scope:${scope}`, { cache: 'contextual' })((_parent, _args, { caller }: RuleContext) =>
    holdsScope(caller.scopes, scope),
  )
}

function namedRule(name: string, named: Readonly<Record<string, Rule>>): Rule {
  return Object.hasOwn(named, name) ? named[name]! : deny
}
