import { describe, expect, it } from 'vitest'
import { cardOf, committedCards } from '../cards.js'
import type { GraphAnswer } from '../client.js'
import { type DrawnDigit, drawDigit } from '../digit.js'
import { expectClose } from '../expect-close.js'
import { inputTypeOf, outputTypeOf } from '../field-types.js'
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

function camel(model: string): string {
  return model.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase())
}
