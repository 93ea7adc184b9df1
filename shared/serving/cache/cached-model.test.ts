import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AdmittedRows } from '../../contract/compiled.js'
import { EXAMPLE, fraudDetector, type Payment } from '../../contract/fixtures/payment.js'
import { answers } from '../../contract/fixtures/tensors.js'
import { compileContract } from '../../contract/index.js'
import { ModelgraphError } from '../../errors/modelgraph-error.js'
import { allocateTensors } from '../../inference/tensor-set.js'
import type { RowBlock } from '../../tensor/row-block.js'
import { AnswerCache } from './answer-cache.js'
import { CachedModel } from './cached-model.js'

const contract = compileContract(fraudDetector)
const RUN = { deadline: Number.POSITIVE_INFINITY, priority: 'interactive' } as const
const SCOPES = ['predict:fraud-detector']

/** A version whose probability is a thousandth of the amount; one above 1 is invalid, and 13 fails in the model. */
class Versions {
  ran = 0

  async run(_id: string, block: RowBlock) {
    const inputs = allocateTensors(contract.inputs, block.length)
    block.encode(0, block.length, inputs, 0)
    const { data, shape } = Object.values(inputs)[0]!
    const amounts = Array.from({ length: block.length }, (_, row) => Number(data[row * shape[1]!]))
    this.ran += block.length
    for (const [row, amount] of amounts.entries()) {
      if (amount === 13) block.fail(row, row + 1, new ModelgraphError('INFERENCE_FAILED', 'no'))
      else block.decode(row, row + 1, answers(amounts.map((each) => each / 1_000)), row)
    }
    return { queueMs: 1, runMs: 2 }
  }
}

function setUp(capacityBytes = 1_000_000) {
  const engine = new Versions()
  const cache = new AnswerCache(capacityBytes)
  const read = { hits: 0, misses: 0 }
  const onRead = ({ hits, misses }: typeof read) => {
    read.hits += hits
    read.misses += misses
  }
  const model = new CachedModel({ contract, cache, engine, onRead })
  const ask = async (payments: readonly Partial<Payment>[], version = 'fraud-detector@1', scopes = SCOPES) => {
    const rows = payments.map((payment) => ({ ...EXAMPLE, ...payment }))
    const { block, results } = (await contract.admitRows(rows, 'inputs')) as AdmittedRows
    const errors = () =>
      new Map([...results.entries()].filter(([, result]) => result instanceof ModelgraphError) as [number, unknown][])
    const refused = errors()
    const places = [...results.keys()].filter((row) => !refused.has(row))
    const cached = model.rows({ block: block!, places, errors }, scopes)
    const times = block ? await cached.run(version, undefined, RUN) : undefined
    const told = results.map((result) => (result instanceof ModelgraphError ? result.code : { ...result }))
    return { told, hits: [...cached.hits], times }
  }
  return { engine, cache, read, ask }
}

describe('a cacheable model', () => {
  it('answers a row it knows as before, without a run', async () => {
    const { engine, ask, read } = setUp()
    const first = await ask([{ amount: 200 }])
    const again = await ask([{ amount: 200 }])
    expect(again.told).toEqual(first.told)
    expect([first.hits, again.hits]).toEqual([[], [0]])
    expect([first.times, again.times]).toEqual([
      { queueMs: 1, runMs: 2 },
      { queueMs: 0, runMs: 0 },
    ])
    expect(engine.ran).toBe(1)
    expect(read).toEqual({ hits: 1, misses: 1 })
  })

  it('runs the rows of a list that it does not know, and puts all in their places', async () => {
    const { engine, ask } = setUp()
    await ask([{ amount: 1 }, { amount: 3 }])
    const { told, hits } = await ask([{ amount: 2 }, { amount: -1 }, { amount: 3 }, { amount: 1 }])
    expect(told).toMatchObject([{ probability: expect.closeTo(0.002) }, 'BAD_USER_INPUT', {}, {}])
    expect(told[2]).toMatchObject({ probability: expect.closeTo(0.003) })
    expect(told[3]).toMatchObject({ probability: expect.closeTo(0.001) })
    expect(hits).toEqual([2, 3])
    expect(engine.ran).toBe(3)
  })

  it.each<[string, Parameters<ReturnType<typeof setUp>['ask']>]>([
    ['another version', [[{}], 'fraud-detector@2']],
    ['a caller with other grants', [[{}], 'fraud-detector@1', ['admin']]],
    ['a row that differs in one feature', [[{ age: 41 }]]],
  ])('knows nothing of it for %s', async (_what, asked) => {
    const { engine, ask } = setUp()
    await ask([{}])
    expect((await ask(...asked)).hits).toEqual([])
    expect(engine.ran).toBe(2)
  })

  it('takes a row for the same where the model is given the same', async () => {
    const { ask } = setUp()
    await ask([{ accountAge: null }])
    expect((await ask([{ accountAge: 30 }], undefined, [...SCOPES])).hits).toEqual([0])
  })

  it('tries again what failed in the model or was invalid', async () => {
    const { engine, ask } = setUp()
    for (let time = 0; time < 2; time++) {
      expect((await ask([{ amount: 13 }, { amount: 2_000 }])).told).toEqual(['INFERENCE_FAILED', 'INVALID_PREDICTION'])
    }
    expect(engine.ran).toBe(4)
  })

  it('answers whatever is asked in whatever order as a model without memory, in bounded memory', async () => {
    const payment = fc.record({
      amount: fc.integer({ min: 0, max: 20 }),
      paymentsToday: fc.integer({ min: 0, max: 2 }),
    })
    const request = fc.tuple(fc.array(payment, { minLength: 1, maxLength: 5 }), fc.constantFrom('m@1', 'm@2'))
    await fc.assert(
      fc.asyncProperty(fc.array(request, { maxLength: 12 }), async (requests) => {
        const small = setUp(3_000)
        for (const [payments, version] of requests) {
          expect((await small.ask(payments, version)).told).toEqual((await setUp(0).ask(payments, version)).told)
          expect(small.cache.bytes).toBeLessThanOrEqual(3_000)
        }
      }),
      { numRuns: 40 },
    )
  })
})

describe('an answer cache', () => {
  it('forgets what was not used for longest', () => {
    const cache = new AnswerCache(1_100)
    cache.set('a', {})
    cache.set('b', {})
    cache.get('a')
    cache.set('c', {})
    expect(['a', 'b', 'c'].map((key) => cache.get(key) !== undefined)).toEqual([true, false, true])
    expect(cache).toMatchObject({ size: 2, bytes: 1_000 })
  })

  it('does not keep what has no room at all', () => {
    const cache = new AnswerCache(600)
    cache.set('long', { note: { datatype: 'string', shape: [1], data: ['x'.repeat(100)] } })
    expect(cache.size).toBe(0)
  })
})
