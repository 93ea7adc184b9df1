/**
 * What teams declare in their SDL beside a type or a field: `@authenticated`, `@requiresScopes`, `@policy`. Lists of
 * lists are "any of these, of each all".
 */
export interface Requirement {
  readonly authenticated?: boolean
  readonly scopes?: readonly (readonly string[])[]
  readonly policies?: readonly (readonly string[])[]
}

/** Requirements by coordinate: `Query.fraudDetector`, or `FraudScore` for a whole type. */
export type Requirements = ReadonlyMap<string, Requirement>

/** What a caller must have, in words: `the scope predict:fraud-detector`. */
export function describeRequirement(requirement: Requirement): string {
  const scopes = describeGroups('scope', requirement.scopes)
  const policies = describeGroups('policy', requirement.policies)
  return [scopes, policies].filter(Boolean).join(' and ') || 'an authenticated caller'
}

function describeGroups(kind: string, groups: Requirement['scopes']): string {
  if (!groups) return ''
  return groups.map((group) => `the ${kind} ${group.join(' and ')}`).join(' or ')
}
