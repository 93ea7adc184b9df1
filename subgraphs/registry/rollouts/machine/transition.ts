import { type Command, type CommandKind, type Facts, Refusal } from './command.js'
import { refuseShadows, refuseStart, refuseUnknown } from './refuse.js'
import type { Canary, Rollout } from './rollout.js'
import { TABLE } from './table.js'

/** A rollout after a command, its revision one higher; or why the command changes nothing. */
export function transition(rollout: Rollout, command: Command, facts: Facts): Rollout | Refusal {
  const targets = TABLE[command.kind][rollout.state]
  if (!targets) return unfitState(rollout, command.kind)
  const changed = APPLY[command.kind](rollout, command as never, facts)
  if (changed instanceof Refusal) return changed
  return { ...rollout, state: targets[0]!, ...changed, revision: rollout.revision + 1 }
}

function unfitState({ state }: Rollout, kind: CommandKind): Refusal {
  const fitting = Object.keys(TABLE[kind]).join(' or ')
  const advice = kind === 'start' || kind === 'setChampion' ? ' Promote the canary or roll it back first.' : ''
  return new Refusal('CONFLICT', `The rollout is ${state}; ${kind} needs one that is ${fitting}.${advice}`, {
    expected: fitting,
    received: state,
  })
}

type Apply<Kind extends CommandKind> = (
  rollout: Rollout,
  command: Extract<Command, { kind: Kind }>,
  facts: Facts,
) => Partial<Rollout> | Refusal

const APPLY: { readonly [Kind in CommandKind]: Apply<Kind> } = {
  start: (rollout, command, facts) => refuseStart(rollout, command, facts) ?? started(rollout, command, facts),
  step: (rollout, _command, { now }) => nextStep(rollout.canary!, now),
  pause: () => ({}),
  resume: ({ canary }, _command, { now }) => ({ canary: { ...canary!, since: now, judgedAt: now, failures: 0 } }),
  promote: ({ champion, canary, shadows }) => refuseUnready(canary!) ?? crowned(canary!.version, champion, shadows),
  rollBack: rolledBack,
  setChampion: ({ champion, shadows }, { version }, facts) =>
    refuseUnknown(version, 'version', facts) ?? crowned(version, champion, shadows),
  setShadows: (rollout, { shadows }, facts) => refuseShadows(rollout, shadows, facts) ?? { shadows },
  setFallback: (_rollout, { version }, facts) =>
    (version === null ? undefined : refuseUnknown(version, 'version', facts)) ?? { fallback: version },
  admit: ({ canary }, _command, { now }) =>
    canary!.admitted
      ? new Refusal('CONFLICT', 'The canary gets traffic already.')
      : { canary: { ...canary!, admitted: true, since: now, judgedAt: now } },
  fail: failed,
  pass: ({ canary }, _command, { now }) => ({ canary: { ...canary!, judgedAt: now, failures: 0 } }),
}

/** A shadow that becomes the canary answers now, and shadows no more. */
function started(
  { shadows }: Rollout,
  { version, steps, gate }: Extract<Command, { kind: 'start' }>,
  { now, salt }: Facts,
): Partial<Rollout> {
  const canary = { version, steps, step: 0, salt, gate, admitted: false, since: now, judgedAt: now, failures: 0 }
  return { canary, shadows: shadows.filter((shadow) => shadow.version !== version) }
}

function nextStep(canary: Canary, now: number): Partial<Rollout> | Refusal {
  const unready = refuseUnready(canary)
  if (unready) return unready
  if (canary.step + 1 === canary.steps.length) {
    return new Refusal('CONFLICT', `Step ${canary.steps.length} is the last; promote the canary or roll it back.`)
  }
  return { canary: { ...canary, step: canary.step + 1, since: now, judgedAt: now, failures: 0 } }
}

function refuseUnready({ admitted, version }: Canary): Refusal | undefined {
  if (admitted) return undefined
  return new Refusal('CONFLICT', `Version ${version} gets no traffic yet: not every live replica has it ready.`)
}

function crowned(champion: number, previous: number, shadows: Rollout['shadows']): Partial<Rollout> {
  return { champion, previous, canary: null, shadows: shadows.filter(({ version }) => version !== champion) }
}

/** Back to the champion from before: the one beside the canary, else the one before the last promotion; it is alone. */
function rolledBack({ champion, previous, canary, shadows, fallback }: Rollout): Partial<Rollout> | Refusal {
  const leaving = canary ? canary.version : previous === null ? null : champion
  if (leaving === null && shadows.length === 0) {
    return new Refusal('CONFLICT', `Version ${champion} is alone already, and none was champion before it.`)
  }
  return {
    champion: canary || previous === null ? champion : previous,
    previous: null,
    canary: null,
    shadows: [],
    fallback: fallback === leaving ? null : fallback,
  }
}

function failed(rollout: Rollout, _command: unknown, { now }: Facts): Partial<Rollout> | Refusal {
  const canary = rollout.canary!
  const failures = canary.failures + 1
  if (failures < (canary.gate?.threshold ?? 1)) return { canary: { ...canary, judgedAt: now, failures } }
  const back = rolledBack(rollout)
  return back instanceof Refusal ? back : { ...back, state: 'ROLLED_BACK' }
}
