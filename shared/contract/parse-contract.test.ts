import { describe, expect, it } from 'vitest'
import type { ModelgraphError } from '../errors/modelgraph-error.js'
import { parseCard } from './card.js'
import { digitReader } from './fixtures/digit.js'
import { fraudDetector } from './fixtures/payment.js'
import { parseContract } from './parse-contract.js'

type Json = Record<string, unknown>

/** The sample contract as JSON with the value at a path replaced. */
function altered(path: readonly (string | number)[], value: unknown): Json {
  const json = JSON.parse(JSON.stringify(fraudDetector.contract)) as Json
  const last = path.at(-1)!
  const holder = path.slice(0, -1).reduce<Json>((at, key) => at[key] as Json, json)
  holder[last] = value
  return json
}

function refusal(parse: () => unknown): ModelgraphError {
  try {
    parse()
  } catch (error) {
    return error as ModelgraphError
  }
  throw new Error('It was accepted.')
}

describe('parseContract', () => {
  it.each([fraudDetector, digitReader])('reads back what contractOf wrote', ({ contract }) => {
    expect(parseContract(JSON.parse(JSON.stringify(contract)))).toEqual(contract)
  })

  it.each<[readonly (string | number)[], unknown, string, string]>([
    [['format'], 2, 'contract.format', '2'],
    [['model'], 'Fraud Detector', 'contract.model', '"Fraud Detector"'],
    [['responseTimeMs'], '100', 'contract.responseTimeMs', '"100"'],
    [['input', 'features'], [], 'contract.input.features', '0 values'],
    [['input', 'features', 0, 'kind'], 'decimal', 'contract.input.features.0.kind', '"decimal"'],
    [['input', 'features', 0, 'colour'], 'red', 'contract.input.features.0.colour', 'an unknown field'],
    [['input', 'features', 0, 'max'], -1, 'contract.input.features.0', 'Payment.amount, which has min 0 above max -1'],
    [
      ['input', 'features', 1, 'name'],
      'amount',
      'contract.input.features.1',
      'Payment.amount, which is declared twice',
    ],
    [
      ['input', 'features', 0, 'name'],
      '"]); process.exit(); (["',
      'contract.input.features.0.name',
      '"\\"]); process.exit(); ([\\""',
    ],
    [
      ['output', 'outputs', 0, 'tensor'],
      undefined,
      'contract.output.outputs.0',
      'FraudScore.probability, which is either read from a tensor (`tensor`) or derived from the other outputs (`from`)',
    ],
  ])('refuses %j = %j with its path', (path, value, at, received) => {
    const error = refusal(() => parseContract(altered(path, value)))
    expect(error).toMatchObject({ code: 'BAD_USER_INPUT', details: { path: at, received } })
  })

  it.each([null, 'contract', 7, [], undefined])('refuses %j', (json) => {
    expect(refusal(() => parseContract(json))).toMatchObject({ code: 'BAD_USER_INPUT', details: { path: 'contract' } })
  })
})

describe('parseCard', () => {
  it('refuses a card with everything that is wrong, at most ten at a time', () => {
    const unknown = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`note${index}`, 'x']))
    const error = refusal(() => parseCard({ format: 1, model: 'fraud-detector', version: 0, ...unknown }))
    expect(error.code).toBe('BAD_USER_INPUT')
    expect(error.details.issues).toHaveLength(10)
    expect(error.details.issues).toContainEqual(expect.objectContaining({ path: 'card.version', received: '0' }))
    expect(error.details.issues).toContainEqual(expect.objectContaining({ path: 'card.dataset', received: 'nothing' }))
  })
})
