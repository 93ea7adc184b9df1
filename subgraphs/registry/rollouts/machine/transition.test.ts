import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { GATE_MEASURES } from '../../gate/gate.js'
import { type Command, type Facts, Refusal } from './command.js'
import type { GateDeclaration } from './gate-declaration.js'
import { firstRollout, type Rollout, versionsIn, weightOf } from './rollout.js'
import { TABLE } from './table.js'
import { transition } from './transition.js'

const LATEST = 5
const facts = (now: number): Facts => ({
  now,
  latestVersion: LATEST,
  measures: new Set(GATE_MEASURES),
  salt: `salt-${now}`,
})

const version = fc.integer({ min: 0, max: LATEST + 1 })
const gate: fc.Arbitrary<GateDeclaration> = fc.record({
  conditions: fc.constant([
    { measure: 'ERROR_RATE', against: 'CHAMPION', bound: 0.01, minimumSample: 100, confidence: 0.95 } as const,
  ]),
  intervalMs: fc.constant(1_000),
  threshold: fc.integer({ min: 1, max: 3 }),
})
const rising = fc
  .uniqueArray(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 4 })
  .map((weights) => weights.sort((a, b) => a - b).map((weight) => ({ weight, durationMs: 1_000 })))
const anySteps = fc.array(
  fc.record({ weight: fc.integer({ min: -1, max: 101 }), durationMs: fc.integer({ min: 0, max: 2_000 }) }),
  { maxLength: 3 },
)
const command: fc.Arbitrary<Command> = fc.oneof(
  fc.record({
    kind: fc.constant('start' as const),
    version,
    steps: fc.oneof({ weight: 4, arbitrary: rising }, anySteps),
    gate: fc.option(gate),
  }),
  ...(['step', 'pause', 'resume', 'promote', 'rollBack', 'admit', 'fail', 'pass'] as const).map((kind) =>
    fc.constant({ kind } as Command),
  ),
  fc.record({ kind: fc.constant('setChampion' as const), version }),
  fc.record({ kind: fc.constant('setFallback' as const), version: fc.option(version) }),
  fc.record({
    kind: fc.constant('setShadows' as const),
    shadows: fc.array(fc.record({ version, sample: fc.integer({ min: 0, max: 101 }) }), { maxLength: 3 }),
  }),
)
const commands = fc.array(command, { minLength: 1, maxLength: 40 })

/** Does the commands one after the other and shows each with what it met and made. */
function walk(given: readonly Command[], look: (before: Rollout, command: Command, after: Rollout | Refusal) => void) {
  let rollout = firstRollout(1)
  for (const [now, command] of given.entries()) {
    const before = structuredClone(rollout)
    const after = transition(rollout, command, facts(now))
    expect(rollout).toEqual(before)
    look(before, command, after)
    if (!(after instanceof Refusal)) rollout = after
  }
  return rollout
}

const always = (look: Parameters<typeof walk>[1]) =>
  fc.assert(
    fc.property(commands, (given) => void walk(given, look)),
    { numRuns: 500 },
  )

describe('a transition, whatever came before it,', () => {
  it('counts the revision on by exactly one, or is refused with words', () => {
    always((before, _command, after) => {
      if (after instanceof Refusal) expect(after.message).not.toBe('')
      else expect(after.revision).toBe(before.revision + 1)
    })
  })

  it('leads only where the table says', () => {
    always((before, { kind }, after) => {
      const targets = TABLE[kind][before.state]
      if (after instanceof Refusal) return
      expect(targets).toContain(after.state)
    })
  })

  it('keeps every version a published one', () => {
    always((_before, _command, after) => {
      if (after instanceof Refusal) return
      for (const named of versionsIn(after)) expect(named >= 1 && named <= LATEST, String(named)).toBe(true)
    })
  })

  it('has a canary that is not the champion exactly while it is under way', () => {
    always((_before, _command, after) => {
      if (after instanceof Refusal) return
      expect(after.canary !== null).toBe(after.state === 'PROGRESSING' || after.state === 'PAUSED')
      expect(after.canary?.version).not.toBe(after.champion)
      for (const { version: shadow } of after.shadows)
        expect([after.champion, after.canary?.version]).not.toContain(shadow)
    })
  })

  it('never takes weight from a canary, except by a roll back', () => {
    always((before, _command, after) => {
      if (after instanceof Refusal || !before.canary || after.canary === null) return
      expect(after.canary.salt).toBe(before.canary.salt)
      expect(weightOf(after)).toBeGreaterThanOrEqual(weightOf(before))
    })
  })

  it('gives no traffic to a canary that was not admitted, and does not promote it', () => {
    always((before, { kind }, after) => {
      if (after instanceof Refusal || !before.canary || before.canary.admitted) return
      expect(['step', 'promote']).not.toContain(kind)
      if (kind !== 'admit') expect(weightOf(after)).toBe(0)
    })
  })

  it('by a roll back leads to the old champion alone', () => {
    fc.assert(
      fc.property(commands, (given) => {
        const before = walk(given, () => {})
        const old = before.canary ? before.champion : (before.previous ?? before.champion)
        const after = transition(before, { kind: 'rollBack' }, facts(given.length))
        const { champion, canary, shadows } = after instanceof Refusal ? before : after
        expect({ champion, canary, shadows }).toEqual({ champion: old, canary: null, shadows: [] })
      }),
      { numRuns: 500 },
    )
  })
})

describe('a canary', () => {
  const steps = [
    { weight: 5, durationMs: 1_000 },
    { weight: 50, durationMs: 1_000 },
  ]
  const started = () => done(firstRollout(1), { kind: 'start', version: 2, steps, gate: declared })
  const declared: GateDeclaration = {
    conditions: [{ measure: 'RMSE', against: 'CHAMPION', bound: 1, minimumSample: 1, confidence: 0.9 }],
    intervalMs: 1_000,
    threshold: 2,
  }

  function done(rollout: Rollout, command: Command, now = 0): Rollout {
    const after = transition(rollout, command, facts(now))
    if (after instanceof Refusal) throw new Error(after.message)
    return after
  }

  it('goes through its steps to be the champion, and back', () => {
    let rollout = started()
    expect([rollout.state, weightOf(rollout)]).toEqual(['PROGRESSING', 0])
    rollout = done(rollout, { kind: 'admit' }, 10)
    expect([weightOf(rollout), rollout.canary?.since]).toEqual([5, 10])
    rollout = done(rollout, { kind: 'step' }, 20)
    expect([weightOf(rollout), rollout.canary?.since]).toEqual([50, 20])
    expect(transition(rollout, { kind: 'step' }, facts(30))).toMatchObject({ code: 'CONFLICT' })
    rollout = done(rollout, { kind: 'promote' })
    expect(rollout).toMatchObject({ state: 'PROMOTED', champion: 2, previous: 1, canary: null })
    expect(done(rollout, { kind: 'rollBack' })).toMatchObject({ state: 'ROLLED_BACK', champion: 1, previous: null })
  })

  it('is rolled back by as many failures in a row as the threshold says', () => {
    const once = done(done(started(), { kind: 'admit' }), { kind: 'fail' }, 5)
    expect([once.state, once.canary?.failures, once.canary?.judgedAt]).toEqual(['PROGRESSING', 1, 5])
    const again = done(done(once, { kind: 'pass' }), { kind: 'fail' })
    expect([again.state, again.canary?.failures]).toEqual(['PROGRESSING', 1])
    expect(done(again, { kind: 'fail' })).toMatchObject({ state: 'ROLLED_BACK', champion: 1, canary: null })
    const paused = done(again, { kind: 'pause' })
    expect(done(paused, { kind: 'fail' })).toMatchObject({ state: 'ROLLED_BACK', champion: 1 })
  })

  it.each([
    ['an unknown version', { version: 9 }, 'MODEL_NOT_FOUND', 'version'],
    ['a fraction of a version', { version: 1.5 }, 'MODEL_NOT_FOUND', 'version'],
    ['the champion', { version: 1 }, 'BAD_USER_INPUT', 'version'],
    ['weight 101', { steps: [{ weight: 101, durationMs: 1 }] }, 'BAD_USER_INPUT', 'steps.0.weight'],
    ['weight NaN', { steps: [{ weight: Number.NaN, durationMs: 1 }] }, 'BAD_USER_INPUT', 'steps.0.weight'],
    ['steps that go down', { steps: [steps[1]!, steps[0]!] }, 'BAD_USER_INPUT', 'steps.1.weight'],
    ['steps that stay', { steps: [steps[0]!, steps[0]!] }, 'BAD_USER_INPUT', 'steps.1.weight'],
    ['a step without time', { steps: [{ weight: 5, durationMs: 0 }] }, 'BAD_USER_INPUT', 'steps.0.durationMs'],
    ['no steps', { steps: [] }, 'BAD_USER_INPUT', 'steps'],
    ['a gate without conditions', { gate: { ...declared, conditions: [] } }, 'BAD_USER_INPUT', 'gate.conditions'],
    ['a gate without an interval', { gate: { ...declared, intervalMs: 0 } }, 'BAD_USER_INPUT', 'gate.intervalMs'],
    ['a gate without a threshold', { gate: { ...declared, threshold: 0 } }, 'BAD_USER_INPUT', 'gate.threshold'],
  ] as const)('is refused with %s', (_what, wrong, code, path) => {
    const given = { kind: 'start' as const, version: 2, steps, gate: null, ...wrong }
    expect(transition(firstRollout(1), given, facts(0))).toMatchObject({ code, details: { path } })
  })

  it('is refused with a gate that no data source answers', () => {
    const given = { kind: 'start' as const, version: 2, steps, gate: declared }
    const refused = transition(firstRollout(1), given, { ...facts(0), measures: new Set(['ERROR_RATE'] as const) })
    expect(refused).toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringContaining('Nothing here measures RMSE'),
      details: { path: 'gate.conditions.0.measure' },
    })
  })
})
