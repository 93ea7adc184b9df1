import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { modelCard } from '../../shared/contract/card.js'

describe('the card of fraud-detector 1', () => {
  const path = new URL('models/fraud-detector/1/card.json', import.meta.url)
  const card = modelCard.parse(JSON.parse(readFileSync(path, 'utf8')))
  const { reviewFrom, declineFrom } = card.training.hyperparameters as Record<string, number>
  const answers = card.goldenRows.map((row) => row.output.probability as number)

  it('stands in the folder of its model and version', () => {
    expect({ model: card.model, version: card.version }).toEqual({ model: 'fraud-detector', version: 1 })
  })

  it('says synthetic wherever a reader may look', () => {
    const { name, description, synthetic } = card.dataset
    for (const text of [card.summary, name, description, card.limitations[0]]) expect(text).toMatch(/synthetic/i)
    expect(synthetic).toBe(true)
  })

  it('holds out later payments than it trains on, all rows counted', () => {
    expect(card.split.method).toMatch(/by time/)
    expect(card.split.trainRows + card.split.heldOutRows).toBe(card.dataset.rows)
  })

  it('has golden rows for every decision, and one without a distance', () => {
    expect(answers.some((answer) => answer < reviewFrom!)).toBe(true)
    expect(answers.some((answer) => answer >= reviewFrom! && answer < declineFrom!)).toBe(true)
    expect(answers.some((answer) => answer >= declineFrom!)).toBe(true)
    expect(card.goldenRows.some(({ input }) => !('distanceFromHome' in input))).toBe(true)
  })
})
