import { expect } from 'vitest'
import { cardOf } from './cards.js'
import type { Ask } from './client.js'
import { answered } from './rollout-client.js'

/** A payment, and one that the canaries of `fixtures/canaries.py` misjudge: it is large, and the country foreign. */
const usual = { ...cardOf('fraud-detector').goldenRows[0]!.input, foreignCountry: false }
const odd = { ...usual, amount: 600_000, foreignCountry: true }

export interface Judged {
  readonly id: string
  readonly isOdd: boolean
  readonly version: number
  readonly route: string
  readonly probability: number
}

let asked = 0

/** Asks for so many payments, a routing key each, every other one odd. Fails when any of them is not answered. */
export async function judge(app: Ask, payments = 60): Promise<Judged[]> {
  asked += 1
  const fields = Array.from(
    { length: payments },
    (_, place) =>
      `k${place}: fraudDetector(input: $${place % 2 ? 'odd' : 'usual'}, routingKey: "${asked}-${place}") {
         predictionId route probability servedBy { version } }`,
  )
  const data = await answered(app(`query ($usual: Payment!, $odd: Payment!) { ${fields.join(' ')} }`, { usual, odd }))
  return fields.map((_, place) => {
    const { predictionId: id, servedBy, ...rest } = data[`k${place}`]
    return { id, isOdd: place % 2 === 1, version: servedBy.version, ...rest }
  })
}

/** Tells that odd payments were to be declined and the others not; answers those that are still on their way to the registry. */
export async function tellTruth(app: Ask, payments: readonly Judged[]): Promise<Judged[]> {
  if (payments.length === 0) return []
  const outcomes = payments.map(({ id, isOdd }) => ({
    predictionId: id,
    value: isOdd ? 1 : 0,
    label: isOdd ? 'DECLINE' : 'APPROVE',
  }))
  const { recordOutcomes } = await answered(
    app('mutation ($outcomes: [OutcomeInput!]!) { recordOutcomes(outcomes: $outcomes) { status message } }', {
      outcomes,
    }),
  )
  const statuses: string[] = recordOutcomes.map(({ status }: { status: string }) => status)
  expect(statuses.filter((status) => !['RECORDED', 'DUPLICATE', 'UNKNOWN_PREDICTION'].includes(status))).toEqual([])
  return payments.filter((_, place) => statuses[place] === 'UNKNOWN_PREDICTION')
}
