import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type ModelCard, modelCard } from '../../shared/contract/card.js'

const here = (path: string) => new URL(path, import.meta.url)
const readCard = (model: string, version: number): ModelCard =>
  modelCard.parse(JSON.parse(readFileSync(here(`models/${model}/${version}/card.json`), 'utf8')))
const metric = (card: ModelCard, name: string) =>
  card.metrics.find((entry) => entry.name === name && entry.split === 'heldOut')

describe.each([
  { model: 'malignancy-risk', version: 1, data: 'wisconsin' },
  { model: 'malignancy-risk', version: 2, data: 'wisconsin' },
  { model: 'disease-progression', version: 1, data: 'diabetes' },
])('the card of $model $version', ({ model, version, data }) => {
  const card = readCard(model, version)
  const csv = readFileSync(here(`training/data/${data}.csv`))

  it('stands in the folder of its model and version', () => {
    expect({ model: card.model, version: card.version }).toEqual({ model, version })
  })

  it('names the data set that is committed', () => {
    expect(card.dataset.sha256).toBe(createHash('sha256').update(csv).digest('hex'))
    expect(card.dataset.rows).toBe(csv.toString().trimEnd().split('\n').length - 1)
    expect(card.split.trainRows + card.split.heldOutRows).toBe(card.dataset.rows)
    expect(card.dataset.synthetic).toBe(false)
  })

  it('has golden rows that are rows of the data set', () => {
    const [header, ...rows] = csv.toString().trimEnd().split('\n')
    const features = header!.split(',').slice(0, -1)
    const known = new Set(rows.map((row) => row.slice(0, row.lastIndexOf(','))))
    expect(card.goldenRows.length).toBeGreaterThanOrEqual(5)
    for (const { input } of card.goldenRows) expect(known).toContain(features.map((name) => input[name]).join(','))
  })
})

describe('malignancy-risk', () => {
  it.each([1, 2])('version %i tells malignant from benign on held-out rows: ROC AUC of at least 0.98', (version) => {
    expect(metric(readCard('malignancy-risk', version), 'rocAuc')?.value).toBeGreaterThanOrEqual(0.98)
  })

  it.each([1, 2])('version %i has golden rows on both sides', (version) => {
    const answers = readCard('malignancy-risk', version).goldenRows.map((row) => row.output.probability as number)
    expect(Math.min(...answers)).toBeLessThan(0.05)
    expect(Math.max(...answers)).toBeGreaterThan(0.95)
  })
})
