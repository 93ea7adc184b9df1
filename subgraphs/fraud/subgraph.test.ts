import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { modelCard } from '../../shared/contract/index.js'
import { createEngine } from '../../shared/inference/create-engine.js'
import { describeSubgraph } from '../../shared/serving/index.js'
import { type FraudScore, subgraph } from './subgraph.js'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const { compiled } = subgraph.models[0]!
const card = modelCard.parse(JSON.parse(readFileSync(here('models/fraud-detector/1/card.json'), 'utf8')))
const engine = createEngine()

beforeAll(async () => {
  const example = async (rows: number) => (await compiled.exampleBlock(rows)).block!
  await engine.load({
    id: 'fraud-detector@1',
    path: here('models/fraud-detector/1/model.onnx'),
    fit: compiled.fit,
    example,
  })
})
afterAll(() => engine.close())

async function score(payments: readonly object[]): Promise<readonly FraudScore[]> {
  const { block, results } = await compiled.admitRows(payments, 'inputs')
  if (block)
    await engine.run('fraud-detector@1', block, { deadline: Number.POSITIVE_INFINITY, priority: 'interactive' })
  return results as readonly FraudScore[]
}

describe('fraud-detector 1', () => {
  const inputs = card.goldenRows.map((row) => row.input)

  it('answers its golden rows as scikit-learn did, to 1e-5', async () => {
    const scores = await score(inputs)
    for (const [row, golden] of card.goldenRows.entries()) {
      const expected = golden.output.probability as number
      expect(Math.abs(scores[row]!.probability - expected), `golden row ${row}`).toBeLessThanOrEqual(1e-5)
    }
  })

  it('decides by the thresholds of its card', async () => {
    const { reviewFrom, declineFrom } = card.training.hyperparameters as Record<string, number>
    for (const { probability, decision } of await score(inputs)) {
      const expected = probability >= declineFrom! ? 'DECLINE' : probability >= reviewFrom! ? 'REVIEW' : 'APPROVE'
      expect(decision).toBe(expected)
    }
  })

  it('takes an unknown distance for the one it was trained with', async () => {
    const { distanceFromHome: _, ...unknown } = inputs[0]!
    const { imputedDistanceFromHome } = card.training.hyperparameters
    const [left, asNull, given] = await score([
      unknown,
      { ...unknown, distanceFromHome: null },
      { ...unknown, distanceFromHome: imputedDistanceFromHome },
    ])
    expect([left!.probability, asNull!.probability]).toEqual([given!.probability, given!.probability])
  })

  it('scores any payment of the contract, the same alone as among others', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyPayment, { minLength: 1, maxLength: 8 }), async (payments) => {
        const together = await score(payments)
        const alone = await Promise.all(payments.map(async (payment) => (await score([payment]))[0]))
        expect(together).toEqual(alone)
        for (const { probability } of together) expect(probability >= 0 && probability <= 1).toBe(true)
      }),
      { numRuns: 100 },
    )
  })

  it.each([
    ['amount', -1],
    ['merchantKind', 'CASINO'],
    ['hourOfDay', 24],
    ['hourOfDay', 1.5],
    ['paymentsLastDay', -1],
    ['cardPresent', 'yes'],
    ['distanceFromHome', 40_000],
  ])('refuses %s %j, and the payments around it are scored', async (feature, value) => {
    const results = await score([inputs[0]!, { ...inputs[1]!, [feature]: value }, inputs[2]!])
    expect(results[1]).toMatchObject({ code: 'BAD_USER_INPUT', details: { path: `inputs.1.${feature}` } })
    expect([results[0]!.probability, results[2]!.probability]).toEqual([expect.any(Number), expect.any(Number)])
  })
})

const anyPayment = fc.record(
  {
    amount: fc.double({ min: 0, max: 1_000_000, noNaN: true }),
    merchantKind: fc.constantFrom('GROCERY', 'FUEL', 'RESTAURANT', 'FASHION', 'ELECTRONICS', 'TRAVEL', 'CASH'),
    hourOfDay: fc.integer({ min: 0, max: 23 }),
    sinceLastPayment: fc.double({ min: 0, max: 1e9, noNaN: true }),
    paymentsLastDay: fc.integer({ min: 0, max: 100_000 }),
    distanceFromHome: fc.option(fc.double({ min: 0, max: 20_100, noNaN: true })),
    cardPresent: fc.boolean(),
    foreignCountry: fc.boolean(),
    accountAgeDays: fc.integer({ min: 0, max: 40_000 }),
    deviceKnown: fc.boolean(),
  },
  { noNullPrototype: true },
)

describe('the published SDL', () => {
  it('says synthetic on the query and on the score', async () => {
    const { sdl } = await describeSubgraph(subgraph)
    expect(sdl).toMatch(/Trained on synthetic payments\. .*\n.*\n\s*fraudDetector\(/)
    expect(sdl).toMatch(/synthetic payments\.\s*"""\s*type FraudScore /)
  })
})
