import { ModelgraphError } from '../../../shared/errors/modelgraph-error.js'
import { ENVIRONMENTS } from '../models/environments.js'
import type { ModelDocument } from '../models/model-document.js'
import { nameOf, type Target } from './target.js'

/**
 * Throws `CONFLICT` for a champion of some environment: its callers have not chosen it, so they must be told of another
 * before it ends.
 */
export function refuseChampion({ model, version }: Target): void {
  if (version === null) return
  const environments = championIn(model, version)
  if (environments.length === 0) return
  const name = nameOf({ model, version })
  const message = `${name} is champion in ${environments.join(' and ')}; name its replacement, or make another version champion first.`
  throw new ModelgraphError('CONFLICT', message, { path: 'input.replacement', expected: 'a replacement' })
}

/** What its sunset will break unless somebody acts before. */
export function warningsOf({ model, version }: Target): string[] {
  if (version === null) return []
  return ENVIRONMENTS.flatMap((environment) => {
    const rollout = model.rollouts?.[environment]
    const canary = rollout?.canary?.version === version
    return [
      ...(rollout?.champion === version
        ? [`It is champion in ${environment}: from its sunset, rows that name no version are refused there.`]
        : []),
      ...(canary ? [`It is the canary in ${environment}: at its sunset the rollout is rolled back.`] : []),
      ...(rollout?.fallback === version
        ? [`It is the fallback in ${environment}: from its sunset the champion stands in.`]
        : []),
    ]
  })
}

function championIn({ rollouts }: ModelDocument, version: number): string[] {
  return ENVIRONMENTS.filter((environment) => rollouts?.[environment]?.champion === version)
}
