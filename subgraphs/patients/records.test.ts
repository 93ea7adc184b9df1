import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const records: Record<string, string | number>[] = JSON.parse(
  readFileSync(new URL('records.json', import.meta.url), 'utf8'),
)

describe("the patients' records", () => {
  it('are 569, with the ids 1 to 569 in order', () => {
    expect(records.map((record) => record.id)).toEqual(Array.from({ length: 569 }, (_, index) => String(index + 1)))
  })

  it('hold thirty measurements each, none of them negative', () => {
    for (const { id, diagnosis, ...measurements } of records) {
      expect(Object.keys(measurements), `patient ${id}`).toHaveLength(30)
      expect(Object.values(measurements).every((value) => typeof value === 'number' && value >= 0)).toBe(true)
    }
  })

  it('hold the published diagnoses: 212 malignant, 357 benign', () => {
    const malignant = records.filter((record) => record.diagnosis === 'MALIGNANT')
    const benign = records.filter((record) => record.diagnosis === 'BENIGN')
    expect([malignant.length, benign.length]).toEqual([212, 357])
  })
})
