import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { modelCard } from '../../shared/contract/card.js'

const read = (path: string) => readFileSync(new URL(path, import.meta.url))

describe('the card of digit-reader 1', () => {
  const card = modelCard.parse(JSON.parse(read('models/digit-reader/1/card.json').toString()))
  const csv = read('training/data/digits.csv')
  const rows = csv.toString().trimEnd().split('\n').slice(1)
  const digitOf = new Map(rows.map((row) => [row.slice(0, row.lastIndexOf(',')), Number(row.at(-1))]))

  it('stands in the folder of its model and version', () => {
    expect({ model: card.model, version: card.version }).toEqual({ model: 'digit-reader', version: 1 })
  })

  it('names the data set that is committed', () => {
    expect(card.dataset.sha256).toBe(createHash('sha256').update(csv).digest('hex'))
    expect(card.dataset.rows).toBe(rows.length)
    expect(card.split.trainRows + card.split.heldOutRows).toBe(rows.length)
  })

  it('reports a held-out accuracy of at least 0.96', () => {
    const accuracy = card.metrics.find((entry) => entry.name === 'accuracy' && entry.split === 'heldOut')
    expect(accuracy?.value).toBeGreaterThanOrEqual(0.96)
  })

  it('has golden rows of the data set for every digit', () => {
    const digits = card.goldenRows.map(({ input }) => digitOf.get((input.image as number[]).join(',')))
    expect(new Set(digits)).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]))
  })
})
