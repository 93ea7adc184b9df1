import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { latencyBucket } from '../../../shared/telemetry/latency-counts.js'
import { registerModel } from '../testing/catalogue.js'
import { chunkOf, type DescribedCall, callOf as describedCall, framesOf, predictionIds } from '../testing/chunks.js'
import { TestRegistry } from '../testing/test-registry.js'
import { predictionFigures } from './prediction-figures.js'

const SINCE = Date.now() - 60_000
const QUESTION = { model: 'payment-risk', environment: 'test', champion: 1, canary: 2, conditions: [] } as const

const NO_PAUSE = async () => {}

let registry: TestRegistry

beforeAll(async () => {
  registry = await TestRegistry.start()
  await registerModel(registry)
})

afterAll(() => registry.remove())

function callOf(rows: number, rest: Partial<DescribedCall> = {}): DescribedCall {
  return describedCall(rows, { latencyMs: 2, ...rest })
}

describe('the figures of recorded predictions', () => {
  it('count rows for the version that was chosen, and only what it can be blamed for, within the window', async () => {
    const ids = (rows: number, time = SINCE + 1_000) => predictionIds(time, rows)
    const instead = (code: string) => ({ route: 'FALLBACK', instead: { version: 2, code } })
    const chunks = [
      chunkOf(ids(10), {
        calls: [
          callOf(4),
          callOf(2, instead('INVALID_PREDICTION')),
          callOf(1, instead('BREAKER_OPEN')),
          callOf(3, { route: 'PINNED' }),
        ],
        errors: [
          [0, 'INFERENCE_FAILED'],
          [1, 'BAD_USER_INPUT'],
        ],
      }),
      chunkOf(ids(5), {
        head: { version: 2 },
        calls: [callOf(5, { route: 'CANARY', latencyMs: 50 })],
        errors: [
          [0, 'DEADLINE_EXCEEDED'],
          [1, 'OVERLOADED'],
        ],
      }),
      chunkOf(ids(3), { head: { version: 3 }, calls: [callOf(3, { route: 'SHADOW' })] }),
      chunkOf(ids(2, SINCE - 1), { head: { version: 2 }, calls: [callOf(2, { route: 'CANARY' })] }),
      chunkOf(ids(2, SINCE + 5_000), { head: { version: 2 }, calls: [callOf(2, { route: 'CANARY' })] }),
    ]
    const control = registry.control()
    await control.predictions(framesOf(...chunks))
    await control.close()
    await registry.withDatabase(async (database) => {
      let breaths = 0
      const breathe = async () => {
        breaths += 1
      }
      const question = { ...QUESTION, since: SINCE, until: SINCE + 5_000 }
      const figures = await predictionFigures(database, breathe).figuresOf(question)
      expect(breaths).toBeGreaterThanOrEqual(3)
      expect(figures).toEqual({
        champion: { rows: 3, errors: 1, invalid: 0, latencies: { [latencyBucket(2)]: 2 }, observations: {} },
        canary: { rows: 7, errors: 4, invalid: 2, latencies: { [latencyBucket(50)]: 3 }, observations: {} },
      })
    })
  })

  it('are none where nothing was predicted', async () => {
    await registry.withDatabase(async (database) => {
      const none = { rows: 0, errors: 0, invalid: 0, latencies: {}, observations: {} }
      const figures = await predictionFigures(database, NO_PAUSE).figuresOf({
        ...QUESTION,
        model: 'x',
        since: 0,
        until: 1,
      })
      expect(figures).toEqual({ champion: none, canary: none })
    })
  })
})
