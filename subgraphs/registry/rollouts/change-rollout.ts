import type { Environment } from '../../../shared/control/protocol.js'
import { ModelgraphError } from '../../../shared/errors/modelgraph-error.js'
import { requireText } from '../database/names.js'
import { refuseRetired } from '../deprecations/notices-of.js'
import type { ConditionReport } from '../gate/report.js'
import { sameDeprecations } from '../models/environments.js'
import type { ModelDocument } from '../models/model-document.js'
import { requireModel } from '../models/models.js'
import { refuseUnfit } from '../models/refuse-unfit.js'
import type { Registry } from '../registry.js'
import { settleVersion } from '../versions/versions.js'
import { appendRecord } from './history.js'
import { type Command, type Facts, Refusal } from './machine/command.js'
import { refuseUnknown } from './machine/refuse.js'
import { firstRollout, type Rollout, versionsIn } from './machine/rollout.js'
import { transition } from './machine/transition.js'
import { recorded, type StoredRollout } from './rollout-document.js'

/** What changing a rollout stands on. */
export type RolloutRegistry = Pick<
  Registry,
  'database' | 'environment' | 'changes' | 'now' | 'gateFigures' | 'newSalt' | 'log'
>

export interface RolloutChange {
  readonly model: string
  readonly command: Command
  readonly reason: string
  /** Name of the client, or `rollout`. */
  readonly by: string
  /** The revision that the caller saw; undefined takes whatever there is. */
  readonly revision?: number | undefined
  readonly figures?: readonly ConditionReport[]
}

const ATTEMPTS = 10

/**
 * Does a command to a model's rollout in this registry's environment, in one write that compares the revision. Throws
 * `CONFLICT` when the revision is not the one the caller saw or the state does not allow the command, `BAD_USER_INPUT` and
 * `MODEL_NOT_FOUND` for what the command names, `CONTRACT_MISMATCH` for a version that does not fit today's contract,
 * `MODEL_RETIRED` for one that would get rows and whose sunset has come.
 */
export async function changeRollout(registry: RolloutRegistry, change: RolloutChange): Promise<ModelDocument> {
  requireText(change.reason, 'reason', { min: 1, max: 1_000 })
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const model = await requireModel(registry.database, change.model)
    const before = model.rollouts?.[registry.environment]
    if (change.revision !== undefined) requireRevision(model._id, before, change.revision)
    const next = await nextOf(registry, model, before, change.command)
    await settleVersion(registry.database, model)
    await refuseUnfit(registry.database, model, addedTo(before, next))
    refuseRetired(model, favouredBy(before, next), registry.now())
    if (await written(registry, model, before, next, change)) return requireModel(registry.database, change.model)
  }
  throw new ModelgraphError('CONFLICT', `${change.model} is being changed by others all the time. Try again.`)
}

function requireRevision(model: string, rollout: StoredRollout | undefined, seen: number): void {
  const current = rollout?.revision ?? 0
  if (current === seen) return
  const message = `The rollout of ${model} is at revision ${current}, not ${seen}: somebody else changed it. Read it again.`
  throw new ModelgraphError('CONFLICT', message, {
    path: 'revision',
    expected: String(current),
    received: String(seen),
  })
}

async function nextOf(
  { environment, now, gateFigures, newSalt }: RolloutRegistry,
  { _id: name, latestVersion }: ModelDocument,
  before: StoredRollout | undefined,
  command: Command,
): Promise<Rollout> {
  const facts = { now: now(), latestVersion, measures: await gateFigures.measuresOf(name), salt: newSalt() }
  const next = before ? transition(stateOf(before), command, facts) : first(name, environment, command, facts)
  if (next instanceof Refusal) throw new ModelgraphError(next.code, next.message, { model: name, ...next.details })
  return next
}

function first(model: string, environment: Environment, command: Command, facts: Facts): Rollout | Refusal {
  if (command.kind === 'setChampion') {
    return refuseUnknown(command.version, 'version', facts) ?? firstRollout(command.version)
  }
  const message = `${model} has no champion in ${environment}; set the alias champion first.`
  return new Refusal('CONFLICT', message)
}

function stateOf({ last: _last, ...rollout }: StoredRollout): Rollout {
  return rollout
}

function addedTo(before: StoredRollout | undefined, next: Rollout): number[] {
  const known = new Set(before ? versionsIn(before) : [])
  return versionsIn(next).filter((version) => !known.has(version))
}

/** The versions to which the change gives rows, or more of them. */
function favouredBy(before: StoredRollout | undefined, next: Rollout): number[] {
  const { champion, canary, fallback, shadows } = next
  const shadowed = before?.shadows.map(({ version }) => version) ?? []
  return [
    ...(champion === before?.champion ? [] : [champion]),
    ...(canary && canary !== before?.canary ? [canary.version] : []),
    ...(fallback === null || fallback === before?.fallback ? [] : [fallback]),
    ...shadows.map(({ version }) => version).filter((version) => !shadowed.includes(version)),
  ]
}

/** False when somebody else changed the rollout or the contract meanwhile. */
async function written(
  registry: RolloutRegistry,
  model: ModelDocument,
  before: StoredRollout | undefined,
  next: Rollout,
  { command, reason, by, figures }: RolloutChange,
): Promise<boolean> {
  const { database, environment, changes, now } = registry
  const { _id, contractNumber } = model
  if (before) await appendRecord(database, before.last)
  const details = { model: _id, environment, by, action: command.kind, reason, now: now(), figures }
  const stored = recorded(next, before, details)
  const path = `rollouts.${environment}`
  const { matchedCount } = await database.models.updateOne(
    { _id, contractNumber, ...sameDeprecations(model), [`${path}.revision`]: before?.revision ?? { $exists: false } },
    { $set: { [path]: stored }, ...championMove(before, stored) },
  )
  if (matchedCount === 0) return false
  changes.notify()
  await appendRecord(database, stored.last).catch((error) =>
    registry.log.warn({ err: error }, 'a record is appended later'),
  )
  return true
}

function championMove(before: StoredRollout | undefined, { champion: to, last }: StoredRollout) {
  const from = before?.champion ?? null
  if (from === to) return {}
  const { environment, at, by, reason } = last
  return { $push: { aliasHistory: { alias: 'champion', environment, from, to, at, by, reason } } }
}
