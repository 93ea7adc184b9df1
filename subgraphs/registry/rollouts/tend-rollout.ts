import type { Notice } from '../../../shared/deprecation/notice.js'
import { ModelgraphError } from '../../../shared/errors/modelgraph-error.js'
import { retirementOf } from '../deprecations/notices-of.js'
import { evaluateGate } from '../gate/evaluate-gate.js'
import type { GateReport } from '../gate/report.js'
import type { ModelDocument } from '../models/model-document.js'
import { changeRollout, type RolloutRegistry } from './change-rollout.js'
import type { Command } from './machine/command.js'
import type { Canary } from './machine/rollout.js'
import { findLiveReplicas } from './replicas.js'
import type { StoredRollout } from './rollout-document.js'

/** Who changes a rollout that changes by itself. */
export const ITSELF = 'rollout'

/** What is to be done now, and why. */
interface Move {
  readonly command: Command
  readonly reason: string
  readonly figures?: GateReport['conditions']
}

type Running = StoredRollout & { readonly canary: Canary }

/** Brings the rollouts of this environment on: lets canaries in, evaluates gates, goes to the next step, rolls back. */
export async function tendRollouts(registry: RolloutRegistry): Promise<void> {
  const { database, environment, log } = registry
  const running = await database.models.find(withCanary(environment), { _id: 1 }).lean<{ _id: string }[]>()
  for (const { _id: model } of running) {
    await tendRollout(registry, model).catch((error) => log.error({ model, err: error }, 'a rollout cannot be tended'))
  }
}

/** Models whose rollout in an environment has a canary. */
export function withCanary(environment: RolloutRegistry['environment']) {
  return { [`rollouts.${environment}.state`]: { $in: ['PROGRESSING', 'PAUSED'] } }
}

/** The same as {@link tendRollouts} for one model. What others change meanwhile is seen the next time. */
export async function tendRollout(registry: RolloutRegistry, model: string): Promise<void> {
  const document = await registry.database.models.findById(model).lean<ModelDocument>()
  const rollout = document?.rollouts?.[registry.environment]
  if (!rollout?.canary) return
  const running = { ...rollout, canary: rollout.canary }
  const retirement = retirementOf(document!, running.canary.version, registry.now())
  const move = retirement
    ? moveOut(running.canary, retirement)
    : running.canary.admitted
      ? await moveOnward(registry, model, running)
      : await moveIn(registry, model, running)
  if (!move) return
  const change = { ...move, model, by: ITSELF, revision: rollout.revision }
  await changeRollout(registry, change).catch((error) => {
    if (!(error instanceof ModelgraphError && error.code === 'CONFLICT')) throw error
  })
}

/** A canary whose sunset has come gets no rows, and never will. */
function moveOut({ version }: Canary, { sunsetAt }: Notice): Move {
  const reason = `Version ${version} was retired at ${new Date(sunsetAt).toISOString()}.`
  return { command: { kind: 'rollBack' }, reason }
}

/** Lets the canary in when every live replica has it ready; pauses, with the reasons, when one cannot load it. */
async function moveIn(registry: RolloutRegistry, model: string, { state, canary }: Running): Promise<Move | undefined> {
  if (state !== 'PROGRESSING') return undefined
  const replicas = await findLiveReplicas(registry, model)
  const reasons = replicas.flatMap(({ replica, failed }) =>
    failed.filter(({ version }) => version === canary.version).map(({ reason }) => `${replica}: ${reason}`),
  )
  if (reasons.length > 0) {
    const reason = `Version ${canary.version} could not be loaded. ${reasons.join(' ')}`
    return { command: { kind: 'pause' }, reason: shortened(reason) }
  }
  if (replicas.length === 0 || !replicas.every(({ ready }) => ready.includes(canary.version))) return undefined
  const who = replicas.length === 1 ? 'The live replica has' : `All ${replicas.length} live replicas have`
  return { command: { kind: 'admit' }, reason: `${who} version ${canary.version} ready.` }
}

async function moveOnward(registry: RolloutRegistry, model: string, running: Running): Promise<Move | undefined> {
  const { canary, state } = running
  const now = registry.now()
  const over = state === 'PROGRESSING' && now - canary.since >= canary.steps[canary.step]!.durationMs
  if (!canary.gate) return over ? advance(canary, 'its time is over') : undefined
  if (now - canary.judgedAt < canary.gate.intervalMs) return undefined
  const report = await judge(registry, model, running, now)
  const move = consequence(canary, report, over)
  if (!move) await noteJudged(registry, model, running, now)
  return move && { ...move, figures: report.conditions }
}

async function judge(
  { gateFigures, environment }: RolloutRegistry,
  model: string,
  { champion, canary: { version: canary, since, gate } }: Running,
  until: number,
): Promise<GateReport> {
  const { conditions } = gate!
  const figures = await gateFigures.figuresOf({ model, environment, champion, canary, since, until, conditions })
  return evaluateGate({ conditions }, figures)
}

function consequence(canary: Canary, { verdict, conditions }: GateReport, over: boolean): Move | undefined {
  const { failures, gate } = canary
  if (verdict === 'FAIL') {
    const reason = `The gate failed, ${failures + 1} of ${gate!.threshold} times in a row. ${whyOf(conditions, verdict)}`
    return { command: { kind: 'fail' }, reason: shortened(reason) }
  }
  if (verdict === 'PASS' && over) return advance(canary, 'its time is over and the gate passes')
  if (verdict === 'PASS' && failures > 0) return { command: { kind: 'pass' }, reason: 'The gate passes again.' }
  if (verdict === 'PASS' || !over) return undefined
  const reason = `${stepOf(canary)} is over and the gate is inconclusive: decide. ${whyOf(conditions, verdict)}`
  return { command: { kind: 'pause' }, reason: shortened(reason) }
}

function whyOf(conditions: GateReport['conditions'], verdict: GateReport['verdict']): string {
  const decisive = conditions.filter((condition) => condition.verdict === verdict)
  return decisive.map(({ name, reason }) => `${name}: ${reason}`).join(' ')
}

function advance(canary: Canary, why: string): Move {
  const last = canary.step + 1 === canary.steps.length
  return { command: { kind: last ? 'promote' : 'step' }, reason: `${stepOf(canary)}: ${why}.` }
}

function stepOf({ step, steps }: Canary): string {
  return `Step ${step + 1} of ${steps.length} (${steps[step]!.weight} %)`
}

/** When the gate was evaluated is no change of the rollout: nobody has to follow it. */
async function noteJudged(
  { database, environment }: RolloutRegistry,
  model: string,
  { revision, canary }: Running,
  now: number,
): Promise<void> {
  const path = `rollouts.${environment}`
  await database.models.updateOne(
    { _id: model, [`${path}.revision`]: revision, [`${path}.canary.judgedAt`]: canary.judgedAt },
    { $set: { [`${path}.canary.judgedAt`]: now } },
  )
}

function shortened(reason: string): string {
  return reason.length > 1_000 ? `${reason.slice(0, 999)}…` : reason
}
