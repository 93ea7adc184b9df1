import { ModelgraphError } from '../../../../shared/errors/modelgraph-error.js'
import type { ShadowPolicy } from '../../../../shared/rollout/policy.js'
import { parseGate } from '../../gate/parse-gate.js'
import { type Command, type Facts, misfit, Refusal } from './command.js'
import type { GateDeclaration } from './gate-declaration.js'
import type { Rollout, Step } from './rollout.js'

const MOST_STEPS = 50
const MOST_SHADOWS = 10
const MOST_FAILURES = 100
const MOST_MS = 2_147_483_647

/** What is wrong with the start of a canary, if anything. */
export function refuseStart(
  { champion }: Rollout,
  { version, steps, gate }: Extract<Command, { kind: 'start' }>,
  facts: Facts,
): Refusal | undefined {
  const unknown = refuseUnknown(version, 'version', facts)
  if (unknown) return unknown
  if (version === champion) return misfit('version', `another version than the champion, ${champion}`, version)
  return refuseSteps(steps) ?? (gate ? refuseGate(gate, facts) : undefined)
}

/** `MODEL_NOT_FOUND` for a version that was never published. */
export function refuseUnknown(version: number, path: string, { latestVersion }: Facts): Refusal | undefined {
  if (Number.isInteger(version) && version >= 1 && version <= latestVersion) return undefined
  const details = { path, expected: `a version from 1 to ${latestVersion}`, received: String(version) }
  return new Refusal('MODEL_NOT_FOUND', `There is no version ${version}. The latest is ${latestVersion}.`, details)
}

/** What is wrong with shadows, if anything. */
export function refuseShadows(
  { champion, canary }: Rollout,
  shadows: readonly ShadowPolicy[],
  facts: Facts,
): Refusal | undefined {
  if (shadows.length > MOST_SHADOWS) return misfit('shadows', `at most ${MOST_SHADOWS}`, shadows.length)
  return first(shadows, ({ version, sample }, place) => {
    const path = `shadows.${place}`
    const answers = version === champion || version === canary?.version
    const twice = shadows.findIndex((shadow) => shadow.version === version) < place
    if (answers) return misfit(`${path}.version`, 'a version that answers nobody', version)
    if (twice) return misfit(`${path}.version`, 'each version once', version)
    if (!(sample > 0 && sample <= 100)) return misfit(`${path}.sample`, 'a percentage above 0, at most 100', sample)
    return refuseUnknown(version, `${path}.version`, facts)
  })
}

function refuseSteps(steps: readonly Step[]): Refusal | undefined {
  if (steps.length < 1 || steps.length > MOST_STEPS) return misfit('steps', `1 to ${MOST_STEPS} steps`, steps.length)
  return first(steps, ({ weight, durationMs }, place) => {
    const path = `steps.${place}`
    const before = steps[place - 1]?.weight
    if (!(weight >= 0 && weight <= 100)) return misfit(`${path}.weight`, 'a percentage from 0 to 100', weight)
    if (before !== undefined && weight <= before) return misfit(`${path}.weight`, `more than ${before}`, weight)
    return refuseWhole(durationMs, 1, MOST_MS, `${path}.durationMs`)
  })
}

function refuseGate({ intervalMs, threshold, ...gate }: GateDeclaration, { measures }: Facts): Refusal | undefined {
  try {
    parseGate(gate, measures)
  } catch (error) {
    if (!(error instanceof ModelgraphError && error.code === 'BAD_USER_INPUT')) throw error
    return new Refusal('BAD_USER_INPUT', error.message, error.details)
  }
  return (
    refuseWhole(intervalMs, 1, MOST_MS, 'gate.intervalMs') ?? refuseWhole(threshold, 1, MOST_FAILURES, 'gate.threshold')
  )
}

function refuseWhole(value: number, min: number, max: number, path: string): Refusal | undefined {
  if (Number.isInteger(value) && value >= min && value <= max) return undefined
  return misfit(path, `a whole number from ${min} to ${max}`, value)
}

function first<Item>(
  items: readonly Item[],
  refuse: (item: Item, place: number) => Refusal | undefined,
): Refusal | undefined {
  for (const [place, item] of items.entries()) {
    const refusal = refuse(item, place)
    if (refusal) return refusal
  }
  return undefined
}
