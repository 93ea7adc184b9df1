import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createLog } from '../../../shared/telemetry/log.js'
import { Changes } from '../changes/changes.js'
import type { Database } from '../database/database.js'
import { NO_FIGURES, type VersionFigures } from '../gate/figures.js'
import type { Verdict } from '../gate/report.js'
import { ENVIRONMENTS } from '../models/environments.js'
import { publishVersion, registerModel } from '../testing/catalogue.js'
import { TestRegistry } from '../testing/test-registry.js'
import { recordAcknowledgement } from './acknowledge.js'
import { changeRollout, type RolloutRegistry } from './change-rollout.js'
import type { GateQuestion } from './gate-figures.js'
import { findHistory } from './history.js'
import type { Command } from './machine/command.js'
import { tendRollouts, withCanary } from './tend-rollout.js'
import { keepTending } from './tending.js'

const MODEL = 'payment-risk'
const STEPS = [
  { weight: 5, durationMs: 60_000 },
  { weight: 50, durationMs: 60_000 },
]
const GATE = {
  conditions: [
    { measure: 'CONVERSION_RATE', against: 'CHAMPION', bound: 0.02, minimumSample: 100, confidence: 0.95 } as const,
  ],
  intervalMs: 10_000,
  threshold: 3,
}

let store: TestRegistry
let database: Database
let release: () => void
let closed: Promise<void>

beforeAll(async () => {
  store = await TestRegistry.start()
  await registerModel(store)
  await publishVersion(store, 'risk-1')
  await publishVersion(store, 'risk-2', { version: 2 })
  await new Promise<void>((opened) => {
    closed = store.withDatabase(async (given) => {
      database = given
      opened()
      await new Promise<void>((resolve) => {
        release = resolve
      })
    })
  })
})

afterAll(async () => {
  release()
  await closed
  await store.remove()
})

/** Time, verdicts and the registry that they are told to; every test goes on later than the one before. */
let now = Date.now()
let verdict: Verdict
let questions: GateQuestion[]
let registry: RolloutRegistry

beforeEach(async () => {
  verdict = 'PASS'
  questions = []
  registry = {
    database,
    environment: 'test',
    changes: new Changes(),
    now: () => now,
    newSalt: () => 'salt',
    log: createLog('test', 'silent'),
    gateFigures: {
      measuresOf: async () => new Set(['CONVERSION_RATE']),
      figuresOf: async (question) => {
        questions.push(question)
        return { champion: converting(1_000, 10_000), canary: CANARY[verdict] }
      },
    },
  }
  await database.replicas.deleteMany({})
})

function converting(conversions: number, total: number): VersionFigures {
  const observations = Array.from({ length: total }, (_, place) => ({ score: 0.5, truth: place < conversions ? 1 : 0 }))
  return { ...NO_FIGURES, observations: { CONVERSION_RATE: observations } }
}

/** Canaries beside a champion that converts a tenth. */
const CANARY: Readonly<Record<Verdict, VersionFigures>> = {
  PASS: converting(1_000, 10_000),
  FAIL: converting(300, 10_000),
  INCONCLUSIVE: converting(5, 50),
}

async function rollout() {
  const model = await database.models.findById(MODEL).lean()
  return model!.rollouts!.test!
}

const does = (command: Command) => changeRollout(registry, { model: MODEL, command, reason: 'Test.', by: 'tester' })

/** Makes version 1 the champion and puts version 2 on trial, ready on one replica. */
async function onTrial(gate: typeof GATE | null): Promise<void> {
  if ((await rollout()).canary) await does({ kind: 'rollBack' })
  if ((await rollout()).champion !== 1) await does({ kind: 'setChampion', version: 1 })
  await does({ kind: 'start', version: 2, steps: STEPS, gate })
  await ready('a')
  expect(await rollout()).toMatchObject({ state: 'PROGRESSING', canary: { admitted: true, since: now } })
}

const ready = (replica: string, versions = [1, 2]) =>
  recordAcknowledgement(registry, {
    environment: 'test',
    replica,
    models: [{ model: MODEL, revision: 1, ready: versions, failed: [] }],
  })

async function later(ms: number) {
  now += ms
  await tendRollouts(registry)
  return rollout()
}

async function latest() {
  const [record] = await findHistory(database, { model: MODEL, environment: 'test', first: 1, after: undefined })
  return record!
}

describe('the models with a canary', () => {
  it.each(ENVIRONMENTS)('are found by an index in %s', async (environment) => {
    const plan = await database.models.find(withCanary(environment)).explain()
    expect(JSON.stringify(plan)).toContain(`rollouts.${environment}.state_1`)
  })
})

describe('a rollout without a gate', () => {
  it('goes through its steps by time, each no sooner, and is promoted', async () => {
    await onTrial(null)
    const { revision } = await rollout()
    expect((await later(59_999)).revision).toBe(revision)
    expect((await later(1)).canary?.step).toBe(1)
    expect((await later(59_999)).state).toBe('PROGRESSING')
    expect(await later(1)).toMatchObject({ state: 'PROMOTED', champion: 2, revision: revision + 2 })
    expect(await latest()).toMatchObject({
      by: 'rollout',
      action: 'promote',
      reason: 'Step 2 of 2 (50 %): its time is over.',
      figures: [],
    })
    expect(registry.changes.count).toBeGreaterThan(0)
  })

  it('stands still while it is paused, and begins its step anew', async () => {
    await onTrial(null)
    await does({ kind: 'pause' })
    expect((await later(600_000)).state).toBe('PAUSED')
    await does({ kind: 'resume' })
    expect((await later(59_999)).canary?.step).toBe(0)
    expect((await later(1)).canary?.step).toBe(1)
  })
})

describe('a rollout with a gate', () => {
  it('that passes goes on at the end of each step, looked at in every interval', async () => {
    await onTrial(GATE)
    const since = now
    for (let tick = 0; tick < 12; tick++) await later(5_000)
    expect(questions).toHaveLength(6)
    expect(questions[5]).toMatchObject({
      model: MODEL,
      champion: 1,
      canary: 2,
      since,
      until: now,
      conditions: GATE.conditions,
    })
    expect((await rollout()).canary?.step).toBe(1)
    for (let tick = 0; tick < 6; tick++) await later(10_000)
    expect(await rollout()).toMatchObject({ state: 'PROMOTED', champion: 2 })
    expect((await latest()).figures).toMatchObject([{ verdict: 'PASS', canary: { value: 0.1, sample: 10_000 } }])
  })

  it('that fails is rolled back after interval × threshold, and the history tells by which figures', async () => {
    await onTrial(GATE)
    const begun = now
    verdict = 'FAIL'
    while ((await rollout()).state === 'PROGRESSING') await later(1_000)
    expect(now - begun).toBe(GATE.intervalMs * GATE.threshold)
    expect(await rollout()).toMatchObject({ state: 'ROLLED_BACK', champion: 1, canary: null })
    expect(await latest()).toMatchObject({
      by: 'rollout',
      reason: expect.stringMatching(/^The gate failed, 3 of 3 times in a row. CONVERSION_RATE against CHAMPION: /),
      from: { canary: { version: 2, weight: 5 } },
      to: { champion: 1, canary: null },
      figures: [{ measure: 'CONVERSION_RATE', verdict: 'FAIL', canary: { value: 0.03, sample: 10_000 } }],
    })
  })

  it('counts failures in a row only', async () => {
    await onTrial(GATE)
    for (const given of ['FAIL', 'FAIL', 'PASS', 'FAIL', 'FAIL'] as const) {
      verdict = given
      await later(10_000)
    }
    expect(await rollout()).toMatchObject({ state: 'PROGRESSING', canary: { failures: 2 } })
  })

  it('that is inconclusive at the end of its step pauses, and is still rolled back when it fails', async () => {
    await onTrial(GATE)
    verdict = 'INCONCLUSIVE'
    for (let tick = 0; tick < 5; tick++) expect((await later(10_000)).state).toBe('PROGRESSING')
    expect((await later(10_000)).state).toBe('PAUSED')
    expect(await latest()).toMatchObject({
      reason: expect.stringContaining('the gate is inconclusive: decide. CONVERSION_RATE against CHAMPION: Too few'),
      figures: [{ verdict: 'INCONCLUSIVE' }],
    })
    verdict = 'FAIL'
    for (let tick = 0; tick < 3; tick++) await later(10_000)
    expect((await rollout()).state).toBe('ROLLED_BACK')
  })

  it('is counted once when two registries look at it', async () => {
    await onTrial(GATE)
    verdict = 'FAIL'
    now += 10_000
    await Promise.all([tendRollouts(registry), tendRollouts(registry)])
    await tendRollouts(registry)
    expect((await rollout()).canary?.failures).toBe(1)
  })

  it('stays where it is while its figures cannot be had', async () => {
    await onTrial(GATE)
    const { revision } = await rollout()
    registry = {
      ...registry,
      gateFigures: { ...registry.gateFigures, figuresOf: () => Promise.reject(new Error('away')) },
    }
    expect((await later(600_000)).revision).toBe(revision)
  })
})

describe('a canary', () => {
  it('waits for a live replica, and for no other', async () => {
    if ((await rollout()).canary) await does({ kind: 'rollBack' })
    if ((await rollout()).champion !== 1) await does({ kind: 'setChampion', version: 1 })
    await ready('slow', [1])
    await does({ kind: 'start', version: 2, steps: STEPS, gate: null })
    expect((await later(1_000)).canary?.admitted).toBe(false)
    await ready('a')
    expect((await rollout()).canary?.admitted).toBe(false)
    now += 14_000
    await ready('a')
    expect((await rollout()).canary?.admitted).toBe(false)
    expect((await later(1)).canary?.admitted).toBe(true)
    expect(await latest()).toMatchObject({ action: 'admit', reason: 'The live replica has version 2 ready.' })
  })

  it('without any live replica waits for ever', async () => {
    await does({ kind: 'rollBack' })
    await does({ kind: 'start', version: 2, steps: STEPS, gate: null })
    expect((await later(3_600_000)).canary?.admitted).toBe(false)
  })
})

describe('changes by many at once', () => {
  it('each count one, and leave a history without holes', async () => {
    const { revision } = await rollout()
    const versions = [1, 2, 1, 2, 1, 2]
    await Promise.all(versions.map((version) => does({ kind: 'setFallback', version })))
    expect((await rollout()).revision).toBe(revision + versions.length)
    const query = { model: MODEL, environment: 'test', first: 100, after: undefined } as const
    const records = (await findHistory(database, query)).reverse()
    for (const [place, record] of records.slice(1).entries()) {
      expect(record.revision).toBe(records[place]!.revision + 1)
      expect(record.from).toEqual(records[place]!.to)
    }
  })
})

describe('tending', () => {
  it('goes on after a failure, until it is stopped', async () => {
    const stop = new AbortController()
    const pauses: number[] = []
    const pause = async (ms: number) => {
      pauses.push(ms)
      if (pauses.length === 3) stop.abort()
    }
    const broken = { ...registry, database: { ...database, models: {} } as Database }
    await keepTending(broken, { pause, everyMs: 1_000, signal: stop.signal })
    expect(pauses).toEqual([1_000, 1_000, 1_000])
  })
})
