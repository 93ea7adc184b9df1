import type { RolloutPolicy } from '../../../shared/rollout/policy.js'
import { type Rollout, weightOf } from './machine/rollout.js'

/** What replicas follow of a rollout. A canary that is not admitted yet is in it with weight 0, so that it loads and warms. */
export function policyOf(model: string, rollout: Rollout): RolloutPolicy {
  const { revision, champion, canary, shadows, fallback } = rollout
  return {
    model,
    revision,
    champion,
    ...(canary && { canary: { version: canary.version, weight: weightOf(rollout), salt: canary.salt } }),
    shadows,
    ...(fallback !== null && { fallback }),
  }
}
