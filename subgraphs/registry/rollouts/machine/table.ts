import type { CommandKind } from './command.js'
import type { RolloutState } from './rollout.js'

type Targets = Readonly<Partial<Record<RolloutState, readonly RolloutState[]>>>

/** Every state stays what it is. */
const ANY: Targets = {
  STEADY: ['STEADY'],
  PROGRESSING: ['PROGRESSING'],
  PAUSED: ['PAUSED'],
  PROMOTED: ['PROMOTED'],
  ROLLED_BACK: ['ROLLED_BACK'],
}

/**
 * Where each command may lead from each state; it is refused in a state that is missing. docs/rollouts.md shows the same
 * table, and a test compares them.
 */
export const TABLE: Readonly<Record<CommandKind, Targets>> = {
  start: { STEADY: ['PROGRESSING'], PROMOTED: ['PROGRESSING'], ROLLED_BACK: ['PROGRESSING'] },
  step: { PROGRESSING: ['PROGRESSING'], PAUSED: ['PROGRESSING'] },
  pause: { PROGRESSING: ['PAUSED'] },
  resume: { PAUSED: ['PROGRESSING'] },
  promote: { PROGRESSING: ['PROMOTED'], PAUSED: ['PROMOTED'] },
  rollBack: {
    STEADY: ['ROLLED_BACK'],
    PROGRESSING: ['ROLLED_BACK'],
    PAUSED: ['ROLLED_BACK'],
    PROMOTED: ['ROLLED_BACK'],
    ROLLED_BACK: ['ROLLED_BACK'],
  },
  setChampion: { STEADY: ['STEADY'], PROMOTED: ['STEADY'], ROLLED_BACK: ['STEADY'] },
  setShadows: ANY,
  setFallback: ANY,
  admit: { PROGRESSING: ['PROGRESSING'] },
  fail: { PROGRESSING: ['PROGRESSING', 'ROLLED_BACK'], PAUSED: ['PAUSED', 'ROLLED_BACK'] },
  pass: { PROGRESSING: ['PROGRESSING'], PAUSED: ['PAUSED'] },
}
