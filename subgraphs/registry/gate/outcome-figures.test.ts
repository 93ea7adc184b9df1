import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ControlClient } from '../../../shared/control/client.js'
import { predictionFigures } from '../rollouts/prediction-figures.js'
import { done, publishVersion, READER, registerModel, TEAM } from '../testing/catalogue.js'
import { callOf, chunkOf, type DescribedCall, framesOf, predictionIds } from '../testing/chunks.js'
import { TestRegistry } from '../testing/test-registry.js'
import { SERVING_MEASURES } from './gate.js'
import { withOutcomes } from './outcome-figures.js'

const START = `mutation ($revision: Int!, $conditions: [GateConditionInput!]!) {
  startRollout(
    model: "payment-risk", reason: "Try it.", revision: $revision
    input: {
      version: 2
      steps: [{ weight: 5, durationMs: 600000 }]
      gate: { conditions: $conditions, intervalMs: 1, threshold: 2 }
    }
  ) { state }
}`
const HISTORY = `{ rolloutHistory(model: "payment-risk", first: 1) {
  nodes { reason figures { measure verdict champion { sample } canary { value sample } } }
} }`
const RECORD = 'mutation ($outcomes: [OutcomeInput!]!) { recordOutcomes(outcomes: $outcomes) { status } }'
const CONVERSION = { measure: 'CONVERSION_RATE', against: 'CHAMPION', bound: 0.02 }

let registry: TestRegistry
let control: ControlClient

beforeAll(async () => {
  registry = await TestRegistry.start({ rolloutTickMs: 200 })
  control = registry.control()
  await registerModel(registry)
  await publishVersion(registry, 'risk-1')
  await publishVersion(registry, 'risk-2', { version: 2 })
})
afterAll(async () => {
  await control.close()
  await registry.remove()
})

describe('a canary on trial', () => {
  it('is not held to outcomes while nobody tells any', async () => {
    const { errors } = await start([CONVERSION])
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', path: 'gate.conditions.0.measure' })
  })

  it('is rolled back by itself for answers that the fallback had to give instead', async () => {
    await onTrial([{ measure: 'INVALID_PREDICTION_RATE', against: 'CHAMPION', bound: 0.01 }])
    await delivered(1, { route: 'CHAMPION' })
    await delivered(1, { route: 'FALLBACK', instead: { version: 2, code: 'INVALID_PREDICTION' } })
    await untilCanaryIs((weight) => weight === undefined)
    const { reason, figures } = await latest()
    expect(reason).toContain('The gate failed, 2 of 2 times in a row.')
    expect(figures).toEqual([
      {
        measure: 'INVALID_PREDICTION_RATE',
        verdict: 'FAIL',
        champion: { sample: 120 },
        canary: { value: 1, sample: 120 },
      },
    ])
  })

  it('is rolled back by itself when it converts worse, by the outcomes of its own cohort', async () => {
    await told((await delivered(1, { route: 'PINNED' })).slice(0, 1), 0)
    await onTrial([CONVERSION])
    await told(await delivered(1, { route: 'CHAMPION' }), 0.5)
    await told((await delivered(2, { route: 'PINNED' })).slice(0, 20), 1)
    await told(await delivered(2, { route: 'CANARY' }), 0)
    await untilCanaryIs((weight) => weight === undefined)
    const [figure] = (await latest()).figures
    expect(figure).toMatchObject({ measure: 'CONVERSION_RATE', verdict: 'FAIL', champion: { sample: 120 } })
    // Some may still be on their way as soon as there are enough; none of them is a pinned one, which all converted.
    expect(figure.canary.value).toBe(0)
  })
})

describe('the accuracy of a category', () => {
  it('is measured once an outcome comes with a label, which it is held against', async () => {
    const outputs = [{ name: 'decision', kind: 'category' }]
    const told = { predictedAt: new Date(), outputs: { decision: 'REVIEW' }, model: 'decider', value: 1 }
    await registry.withDatabase(async (database) => {
      const { models, outcomes } = database
      const measures = () =>
        withOutcomes(
          predictionFigures(database, async () => {}),
          database,
        ).measuresOf('decider')
      await models.collection.insertOne({ _id: 'decider', contract: JSON.stringify({ output: { outputs } }) } as never)
      await outcomes.collection.insertOne({ ...told, _id: 'unlabelled', label: null } as never)
      expect([...(await measures())]).toEqual([...SERVING_MEASURES, 'CONVERSION_RATE'])
      await outcomes.collection.insertOne({ ...told, _id: 'labelled', label: 'REVIEW' } as never)
      expect(await measures()).toContain('ACCURACY')
    })
  })
})

async function start(conditions: readonly object[]) {
  const { rollout } = await done(registry.ask(READER, '{ rollout(model: "payment-risk") { revision } }'))
  return registry.ask(TEAM, START, { revision: rollout.revision, conditions })
}

/** Starts the rollout and waits until version 2 gets traffic. */
async function onTrial(conditions: readonly object[]): Promise<void> {
  await done(start(conditions))
  await control.acknowledge({
    replica: 'a',
    models: [{ model: 'payment-risk', revision: 1, ready: [1, 2], failed: [] }],
  })
  await untilCanaryIs((weight) => weight === 5)
}

/** Follows the deployments, as a replica does, until the weight of the canary is as wanted; undefined without one. */
async function untilCanaryIs(wanted: (weight: number | undefined) => boolean): Promise<void> {
  let etag: string | undefined
  for (;;) {
    const polled = await control.deployments(['payment-risk'], etag === undefined ? {} : { etag, waitMs: 20_000 })
    if (polled === 'unchanged') throw new Error('The rollout did not change within 20 seconds.')
    if (wanted(polled.deployments.models[0]?.rollout?.canary?.weight)) return
    etag = polled.etag
  }
}

/** Delivers 120 predictions of now; their ids. */
async function delivered(version: number, call: Partial<DescribedCall>): Promise<string[]> {
  const ids = predictionIds(Date.now(), 120)
  await control.predictions(framesOf(chunkOf(ids, { head: { version }, calls: [callOf(120, call)] })))
  return ids
}

/** Tells outcomes, of which this share is a conversion. */
async function told(ids: readonly string[], share: number): Promise<void> {
  const outcomes = ids.map((predictionId, row) => ({ predictionId, value: row < share * ids.length ? 1 : 0 }))
  await done(registry.ask(TEAM, RECORD, { outcomes }))
}

async function latest() {
  const { rolloutHistory } = await done(registry.ask(READER, HISTORY))
  return rolloutHistory.nodes[0]
}
