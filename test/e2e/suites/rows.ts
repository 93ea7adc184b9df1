import { describe, expect, it } from 'vitest'
import { cardOf } from '../cards.js'
import { expectClose } from '../expect-close.js'
import { inputTypeOf, outputTypeOf } from '../field-types.js'
import { app } from '../network.js'

describe('five hundred rows in one list', () => {
  it('answer in order, and one bad row harms only itself', async () => {
    const golden = cardOf('fraud-detector').goldenRows
    const inputs = Array.from({ length: 500 }, (_, row) => ({ ...golden[row % golden.length]!.input, amount: row + 1 }))
    inputs[7] = { ...inputs[7]!, amount: -1 }
    const query = `query Rows($inputs: [${await inputTypeOf('fraudDetector')}!]!) {
      fraudDetectorMany(inputs: $inputs) {
        __typename
        ... on ${await outputTypeOf('fraudDetector')} { probability servedBy { version } }
        ... on PredictionError { index code path expected received }
      }
    }`
    const { data, errors } = await app(query, { inputs })
    const alone = await app(query, { inputs: [inputs[499]] })

    expect(errors).toEqual([])
    expect(data.fraudDetectorMany).toHaveLength(500)
    expect(data.fraudDetectorMany[7]).toMatchObject({
      __typename: 'PredictionError',
      index: 7,
      code: 'BAD_USER_INPUT',
      path: 'inputs.7.amount',
      received: '-1',
    })
    const predictions = data.fraudDetectorMany.filter((row: { probability?: number }) => row.probability !== undefined)
    expect(predictions).toHaveLength(499)
    expectClose(data.fraudDetectorMany[499].probability, alone.data.fraudDetectorMany[0].probability)
  })
})

describe('ten thousand rows by columns', () => {
  it('equal the rows one by one', async () => {
    const golden = cardOf('malignancy-risk').goldenRows.map((row) => row.input as Record<string, number>)
    const names = Object.keys(golden[0]!)
    const rows = Array.from({ length: 10_000 }, (_, row) => mix(golden, row))
    const columns = Object.fromEntries(names.map((name) => [name, littleEndian(rows.map((row) => row[name]!))]))
    const byColumns = await app(
      `query Columns($input: ${await inputTypeOf('malignancyRiskColumns')}!) {
         malignancyRiskColumns(input: $input) { probability predictionIds failed { row } servedBy { version } }
       }`,
      { input: columns },
    )
    expect(byColumns.errors).toEqual([])
    expect(byColumns.data.malignancyRiskColumns.failed).toEqual([])
    const answers = byColumns.data.malignancyRiskColumns.probability
    expect(new Set(byColumns.data.malignancyRiskColumns.predictionIds).size).toBe(10_000)

    const manyQuery = `query Many($inputs: [${await inputTypeOf('malignancyRisk')}!]!) {
      malignancyRiskMany(inputs: $inputs) { ... on ${await outputTypeOf('malignancyRisk')} { probability } } }`
    for (let from = 0; from < 10_000; from += 1_000) {
      const { data } = await app(manyQuery, { inputs: rows.slice(from, from + 1_000) })
      for (const [offset, row] of data.malignancyRiskMany.entries())
        expectClose(answers[from + offset], row.probability)
    }
  })
})

describe('columns written out as lists', () => {
  it('are the same numbers as in base64, and fail the same rows', async () => {
    const golden = cardOf('malignancy-risk').goldenRows.map((row) => row.input as Record<string, number>)
    const rows = Array.from({ length: 2_000 }, (_, row) => mix(golden, row))
    rows[7]![Object.keys(golden[0]!)[0]!] = -1
    const columnOf = (name: string) => rows.map((row) => row[name]!)
    const named = (column: (name: string) => unknown) =>
      Object.fromEntries(Object.keys(golden[0]!).map((name) => [name, column(name)]))
    const query = `query Columns($input: ${await inputTypeOf('malignancyRiskColumns')}!) {
      malignancyRiskColumns(input: $input) { probability failed { row code path message } } }`
    const packed = await app(query, { input: named((name) => littleEndian(columnOf(name))) })
    const listed = await app(query, { input: named(columnOf) })
    expect(packed.errors).toEqual([])
    expect(packed.data.malignancyRiskColumns.failed).toMatchObject([{ row: 7, code: 'BAD_USER_INPUT' }])
    expect(listed.data).toEqual(packed.data)
  })
})

describe('a batch mutation', () => {
  it('answers every row and counts them', async () => {
    const inputs = cardOf('disease-progression').goldenRows.map((row) => row.input)
    const { data, errors } = await app(
      `mutation Batch($inputs: [${await inputTypeOf('diseaseProgression')}!]!) {
         diseaseProgressionBatch(inputs: $inputs) { batchId rows succeeded failed
           results { ... on ${await outputTypeOf('diseaseProgression')} { progression } } }
       }`,
      { inputs },
    )
    expect(errors).toEqual([])
    expect(data.diseaseProgressionBatch).toMatchObject({ rows: inputs.length, succeeded: inputs.length, failed: 0 })
    const expected = cardOf('disease-progression').goldenRows.map((row) => row.output.progression)
    for (const [row, result] of data.diseaseProgressionBatch.results.entries())
      expectClose(result.progression, expected[row])
  })
})

/** A column as base64 of little-endian float32: ten thousand rows of 30 features stay far under the body limit. */
function littleEndian(values: readonly number[]): string {
  return Buffer.from(Float32Array.from(values).buffer).toString('base64')
}

/** A row between golden rows, different for every index; its values are exact in float32. */
function mix(golden: readonly Record<string, number>[], index: number): Record<string, number> {
  const [a, b] = [golden[index % golden.length]!, golden[(index + 1) % golden.length]!]
  const share = (index % 997) / 997
  return Object.fromEntries(
    Object.keys(a).map((name) => [name, Math.fround(a[name]! * (1 - share) + b[name]! * share)]),
  )
}
