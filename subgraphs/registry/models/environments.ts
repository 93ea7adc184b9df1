import type { Environment } from '../../../shared/control/protocol.js'
import type { ModelDocument } from './model-document.js'

export const ENVIRONMENTS: readonly Environment[] = ['test', 'staging', 'production']

/** The alias that is the rollout's champion. */
export const CHAMPION = 'champion'

/** The aliases of a model as they are in an environment: those that hold in all of them, and its champion. */
export function aliasesIn({ aliases, rollouts }: ModelDocument, environment: Environment): Record<string, number> {
  const champion = rollouts?.[environment]?.champion
  return champion === undefined ? { ...aliases } : { [CHAMPION]: champion, ...aliases }
}

/** Asks that a write meets the deprecations as they were read. */
export function sameDeprecations({ deprecations }: ModelDocument): Record<string, unknown> {
  return { 'deprecations.revision': deprecations?.revision ?? { $exists: false } }
}

/** Asks that a write meets the rollouts as they were read. */
export function sameRollouts({ rollouts }: ModelDocument): Record<string, unknown> {
  const conditions = ENVIRONMENTS.map((environment) => {
    const revision = rollouts?.[environment]?.revision
    return [`rollouts.${environment}.revision`, revision ?? { $exists: false }]
  })
  return Object.fromEntries(conditions)
}
