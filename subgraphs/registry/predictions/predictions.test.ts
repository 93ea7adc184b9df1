import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ControlClient } from '../../../shared/control/client.js'
import { CONTROL, LARGEST_PREDICTIONS_BYTES } from '../../../shared/control/protocol.js'
import { IDENTITY_HEADER } from '../../../shared/identity/claims.js'
import { codeOf, done, publishVersion, registerModel } from '../testing/catalogue.js'
import { callOf, chunkOf, framesOf, predictionIds } from '../testing/chunks.js'
import { clientWith, TestRegistry } from '../testing/test-registry.js'
import { findPredictions, predictionsIn } from './recorded-predictions.js'

const READER = ['predictions:read', 'catalogue:read']
const NOW = Date.now()

let registry: TestRegistry
let control: ControlClient

beforeAll(async () => {
  registry = await TestRegistry.start()
  control = registry.control()
  await registerModel(registry)
  await publishVersion(registry, 'risk-1')
})

afterAll(async () => {
  await control.close()
  await registry.remove()
})

const PAGE = `query ($model: String!, $version: Int, $from: DateTimeISO, $to: DateTimeISO, $first: Int, $after: String) {
  predictions(model: $model, version: $version, from: $from, to: $to, first: $first, after: $after) {
    nodes { id } pageInfo { hasNextPage endCursor }
  }
}`

function page(variables: object) {
  return done(registry.ask(READER, PAGE, { model: 'payment-risk', ...variables })).then(
    ({ predictions }) => predictions,
  )
}

describe('delivering recorded predictions', () => {
  it('stores each chunk once, however often it comes', async () => {
    const frames = framesOf(chunkOf(predictionIds(NOW, 3)), chunkOf(predictionIds(NOW, 2)))
    expect(await control.predictions(frames)).toMatchObject({ stored: 5, known: 0, refused: { rows: 0 } })
    const again = Buffer.concat([frames, framesOf(chunkOf(predictionIds(NOW, 4)))])
    expect(await control.predictions(again)).toMatchObject({ stored: 4, known: 5, refused: { rows: 0 } })
  })

  it('refuses what is no chunk, and stores the rest', async () => {
    const ids = predictionIds(NOW, 2)
    const good = chunkOf(predictionIds(NOW, 1))
    const wrong = [
      chunkOf(ids, { head: { environment: 'production' } }),
      chunkOf(ids, { head: { id: ids[1]! } }),
      chunkOf(ids, { head: { last: ids[0]! } }),
      chunkOf(ids, { calls: [] }),
      chunkOf(ids, { calls: [callOf(1)] }),
      chunkOf(ids, { head: { errors: { OVERLOADED: 1 } } }),
      chunkOf(ids, { head: { inputs: ['amount', 'more'] } }),
      chunkOf(ids, { head: { inputs: [] } }),
      chunkOf(ids, { head: { origins: [] } }),
      chunkOf([...ids, ...predictionIds(NOW + 60_000, 1)]),
      chunkOf(ids, { head: { format: 1 as never } }),
    ]
    const receipt = await control.predictions(Buffer.concat([framesOf(...wrong, good), Buffer.from('torn')]))
    expect(receipt).toMatchObject({ stored: 1, known: 0, refused: { rows: 23 } })
  })

  it('is for our own processes', async () => {
    const body = framesOf(chunkOf(predictionIds(NOW, 1))).toString()
    const post = (identity: string) =>
      fetch(new URL(CONTROL.predictions, registry.url), {
        method: 'POST',
        headers: { [IDENTITY_HEADER]: identity },
        body,
      })
    expect((await post(registry.sign(clientWith(['admin']), body))).status).toBe(403)
    expect((await post('')).status).toBe(401)
  })

  it('takes no more at once than it says', async () => {
    expect(await control.predictions(Buffer.alloc(LARGEST_PREDICTIONS_BYTES + 1))).toBe('refused')
  })
})

describe('a recorded prediction', () => {
  const QUERY = `query ($id: ID!) { prediction(id: $id) {
    id time environment client operation requestId traceId model route rolloutRevision inputs outputs errorCode latencyMs queueMs runMs shadowOf
    servedBy { version lineage { datasetName hyperparameters codeCommit } }
  } }`

  it('is found by its id, with all that its version comes from', async () => {
    const ids = predictionIds(NOW - 5_000, 3)
    await control.predictions(framesOf(chunkOf(ids, { errors: [[1, 'INVALID_PREDICTION']] })))
    const { prediction } = await done(registry.ask(READER, QUERY, { id: ids[2] }))
    expect(prediction).toEqual({
      id: ids[2],
      time: new Date(NOW - 5_000).toISOString(),
      environment: 'test',
      client: 'app',
      operation: 'Risk',
      requestId: 'request-1',
      traceId: null,
      model: 'payment-risk',
      route: 'CHAMPION',
      rolloutRevision: null,
      inputs: { amount: 2, sinceLastPayment: '[redacted]' },
      outputs: { probability: 0.5, risky: true },
      errorCode: null,
      latencyMs: 1.5,
      queueMs: 0,
      runMs: 0,
      shadowOf: null,
      servedBy: {
        version: 1,
        lineage: {
          datasetName: 'Simulated payments (synthetic)',
          hyperparameters: { C: 1, penalty: 'l2' },
          codeCommit: null,
        },
      },
    })
    const failed = await done(registry.ask(READER, QUERY, { id: ids[1] }))
    expect(failed.prediction).toMatchObject({ errorCode: 'INVALID_PREDICTION', outputs: null, inputs: { amount: 1 } })
  })

  it('tells the times and the trace of its call, and what answered where a shadow ran it', async () => {
    const [answered, ...ids] = predictionIds(NOW - 7_000, 3)
    const chunk = chunkOf(ids)
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
    const call = callOf(2, { traceId, route: 'SHADOW', queueMs: 0.25, runMs: 1, shadowOf: [answered!, answered!] })
    await control.predictions(framesOf({ ...chunk, calls: [call] }))
    const { prediction } = await done(registry.ask(READER, QUERY, { id: ids[1] }))
    expect(prediction).toMatchObject({ traceId, route: 'SHADOW', queueMs: 0.25, runMs: 1, shadowOf: answered })
  })

  it('is null when there is none, and its id has to be one', async () => {
    const [unknown] = predictionIds(NOW, 1)
    expect(await done(registry.ask(READER, QUERY, { id: unknown }))).toEqual({ prediction: null })
    expect(codeOf(await registry.ask(READER, QUERY, { id: 'x' }))).toBe('BAD_USER_INPUT')
  })

  it('is found among many that were answered at the same time', async () => {
    const chunks = Array.from({ length: 5 }, () => predictionIds(NOW - 60_000, 20))
    await control.predictions(framesOf(...chunks.map((ids) => chunkOf(ids))))
    await registry.withDatabase(async (database) => {
      const asked = [...chunks.flat(), ...predictionIds(NOW - 60_000, 3)]
      const found = await findPredictions(database, asked)
      expect([...found.keys()].sort()).toEqual(chunks.flat().sort())
    })
  })
})

describe('a window of predictions', () => {
  const start = NOW - 3_600_000 * 5
  const window = { from: new Date(start).toISOString(), to: new Date(start + 10_000).toISOString() }

  beforeAll(async () => {
    const chunks = [0, 400, 800, 1_200].map((offset, place) => {
      const ids = [...predictionIds(start + offset, 4), ...predictionIds(start + offset + 1_000, 4)]
      return chunkOf(ids, { head: { version: (place % 2) + 1 } })
    })
    const beside = [chunkOf(predictionIds(start + 10_000, 3)), chunkOf(predictionIds(start - 1, 3))]
    await control.predictions(framesOf(...chunks, ...beside))
  })

  it('is paged, the newest first, each once, although chunks overlap', async () => {
    const all = await page({ ...window, first: 100 })
    expect(all.nodes).toHaveLength(32)
    const ids = all.nodes.map(({ id }: { id: string }) => id)
    expect(ids).toEqual([...ids].sort().reverse())
    const paged: string[] = []
    for (let after: string | null = null; ; ) {
      const { nodes, pageInfo } = await page({ ...window, first: 5, after })
      paged.push(...nodes.map(({ id }: { id: string }) => id))
      if (!pageInfo.hasNextPage) break
      after = pageInfo.endCursor
    }
    expect(paged).toEqual(ids)
  })

  it('is one of a version, too', async () => {
    expect((await page({ ...window, version: 2, first: 100 })).nodes).toHaveLength(16)
    expect((await page({ ...window, version: 3, first: 100 })).nodes).toEqual([])
    expect((await page({ ...window, model: 'no-such-model' })).nodes).toEqual([])
  })

  it('is read whole by those who count', async () => {
    await registry.withDatabase(async (database) => {
      const seen: string[] = []
      const asked = { model: 'payment-risk', version: 1, from: start, to: start + 10_000 }
      for await (const predictions of predictionsIn(database, asked)) seen.push(...predictions.map(({ id }) => id))
      expect(new Set(seen).size).toBe(16)
      expect(seen).toHaveLength(16)
    })
  })

  it('is refused without a sensible page', async () => {
    for (const variables of [{ first: 0 }, { after: 'x' }, { model: 'No Model' }]) {
      const answer = await registry.ask(READER, PAGE, { model: 'payment-risk', ...variables })
      expect(codeOf(answer)).toBe('BAD_USER_INPUT')
    }
  })
})
