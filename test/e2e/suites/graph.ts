import { describe, expect, it } from 'vitest'
import { cardOf, committedCards } from '../cards.js'
import type { GraphAnswer } from '../client.js'
import { type DrawnDigit, drawDigit } from '../digit.js'
import { app } from '../network.js'

describe('a prediction and its provenance', () => {
  it('come from three subgraphs in one request', async () => {
    const { data, errors } = await app(`{
      patient(id: "1") { id malignancyRisk {
        probability predictionId route latencyMs
        servedBy { version model { name team { name } } metrics { name value }
          lineage { datasetName datasetRows datasetSha256 synthetic framework trainedAt } }
      } }
    }`)
    const card = cardOf('malignancy-risk', 1)

    expect(errors).toEqual([])
    expect(data.patient.id).toBe('1')
    const risk = data.patient.malignancyRisk
    expect(risk).toMatchObject({ route: 'CHAMPION', probability: expect.any(Number), latencyMs: expect.any(Number) })
    expect(risk.probability).toBeGreaterThan(0.5)
    expect(risk.predictionId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/)
    expect(risk.servedBy).toMatchObject({
      version: 1,
      model: { name: 'malignancy-risk', team: { name: 'diagnostics' } },
    })
    expect(risk.servedBy.metrics).toContainEqual({ name: 'rocAuc', value: card.metrics[0]!.value })
    expect(risk.servedBy.lineage).toMatchObject({
      datasetName: card.dataset.name,
      datasetRows: 569,
      datasetSha256: card.dataset.sha256,
      synthetic: false,
      trainedAt: expect.stringContaining('2026-'),
    })
    expect(risk.servedBy.lineage.framework).toContain('scikit-learn')
  })

  it('say synthetic where the data was simulated', async () => {
    const { data, errors } = await app(
      '{ model(name: "fraud-detector") { champion { lineage { synthetic datasetName } } } }',
    )
    expect(errors).toEqual([])
    expect(data.model.champion.lineage.synthetic).toBe(true)
  })

  it('come for many patients at once', async () => {
    const { data, errors } = await app(
      '{ patients(first: 50) { nodes { id malignancyRisk { probability servedBy { version } } } } }',
    )
    expect(errors).toEqual([])
    expect(data.patients.nodes).toHaveLength(50)
    for (const { malignancyRisk } of data.patients.nodes) expect(malignancyRisk.servedBy.version).toBe(1)
  })
})

describe('every committed model', () => {
  it.each(committedCards().map(({ card }) => [card.model, card.version, card] as const))(
    '%s %i answers its golden rows as the source framework did, to 1e-5',
    async (model, version, card) => {
      const query = camel(model)
      const inputType = await inputTypeOf(query)
      const fields = Object.keys(card.goldenRows[0]!.output).join(' ')
      const { data, errors } = await app(
        `query Golden($inputs: [${inputType}!]!) {
           ${query}Many(inputs: $inputs, at: "${version}") {
             ... on Prediction { route servedBy { id } }
             ... on ${await outputTypeOf(query)} { ${fields} }
             ... on PredictionError { code message }
           }
         }`,
        { inputs: card.goldenRows.map((row) => row.input) },
      )
      expect(errors).toEqual([])
      for (const [row, golden] of card.goldenRows.entries()) {
        const answer = data[`${query}Many`][row]
        expect(answer).toMatchObject({ route: 'PINNED', servedBy: { id: `${model}@${version}` } })
        for (const [name, value] of Object.entries(golden.output)) expectClose(answer[name], value)
      }
    },
  )

  it('keeps the held-out quality that was promised', () => {
    const metric = (model: string, version: number, name: string) =>
      cardOf(model, version).metrics.find((entry) => entry.name === name && entry.split === 'heldOut')!.value
    expect(metric('malignancy-risk', 1, 'rocAuc')).toBeGreaterThanOrEqual(0.98)
    expect(metric('malignancy-risk', 2, 'rocAuc')).toBeGreaterThanOrEqual(0.98)
    expect(metric('digit-reader', 1, 'accuracy')).toBeGreaterThanOrEqual(0.96)
  })
})

describe('a digit drawn with a pen', () => {
  it.each([0, 1, 3, 7] as const)('%i is read from its PNG', async (digit: DrawnDigit) => {
    const image = (await drawDigit(digit)).toString('base64')
    const { data, errors } = await app(
      `query Read($input: ${await inputTypeOf('digitReader')}!) { digitReader(input: $input) { digit probabilities } }`,
      { input: { image } },
    )
    expect(errors).toEqual([])
    expect(data.digitReader.digit).toBe(digit)
    expect(data.digitReader.probabilities).toHaveLength(10)
  })

  it('that was read before is answered from memory, under an id of its own', async () => {
    const image = (await drawDigit(3)).toString('base64')
    const query = `query Read($input: ${await inputTypeOf('digitReader')}!) {
      digitReader(input: $input) { digit probabilities cached predictionId }
    }`
    const first = (await app(query, { input: { image } })).data.digitReader
    const again = (await app(query, { input: { image } })).data.digitReader
    expect(again).toEqual({ ...first, cached: true, predictionId: expect.not.stringContaining(first.predictionId) })
  })
})

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

describe('the catalogue', () => {
  it('lists models by team, finds them by text and pages by cursor', async () => {
    const byTeam = await app('{ models(team: "diagnostics") { nodes { name latestVersion } } }')
    expect(byTeam.data.models.nodes).toEqual([
      { name: 'disease-progression', latestVersion: 1 },
      { name: 'malignancy-risk', latestVersion: 2 },
    ])
    const found = await app('{ models(search: "digit") { nodes { name } } }')
    expect(found.data.models.nodes).toEqual([{ name: 'digit-reader' }])
    expect(await pagedNames()).toEqual(['digit-reader', 'disease-progression', 'fraud-detector', 'malignancy-risk'])
  })
})

async function pagedNames(): Promise<string[]> {
  const names: string[] = []
  let after: string | null = null
  do {
    const page: GraphAnswer = await app(
      'query Page($after: String) { models(first: 3, after: $after) { nodes { name } pageInfo { hasNextPage endCursor } } }',
      { after },
    )
    names.push(...page.data.models.nodes.map(({ name }: { name: string }) => name))
    after = page.data.models.pageInfo.hasNextPage ? page.data.models.pageInfo.endCursor : null
  } while (after)
  return names
}

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

function expectClose(actual: unknown, expected: unknown): void {
  if (Array.isArray(expected)) {
    expect(actual).toHaveLength(expected.length)
    for (const [index, value] of expected.entries()) expectClose((actual as unknown[])[index], value)
  } else if (typeof expected === 'number') {
    expect(Math.abs((actual as number) - expected)).toBeLessThanOrEqual(1e-5 * Math.max(1, Math.abs(expected)))
  } else {
    expect(actual).toEqual(expected)
  }
}

function camel(model: string): string {
  return model.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase())
}

/** Name of the type that the first argument of a query field takes, read from the graph itself. */
async function inputTypeOf(field: string): Promise<string> {
  return (await queryField(field)).args.find(({ name }) => name === 'input')!.type.ofType.name
}

async function outputTypeOf(field: string): Promise<string> {
  return (await queryField(field)).type.name
}

async function queryField(name: string): Promise<IntrospectedField> {
  const { data } = await app(
    '{ __type(name: "Query") { fields { name type { name } args { name type { ofType { name } } } } } }',
  )
  return data.__type.fields.find((field: IntrospectedField) => field.name === name)
}

interface IntrospectedField {
  readonly name: string
  readonly type: { readonly name: string }
  readonly args: readonly { readonly name: string; readonly type: { readonly ofType: { readonly name: string } } }[]
}
