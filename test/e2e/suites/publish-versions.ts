import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { until } from '../../../shared/testing/until.js'
import { cardOf } from '../cards.js'
import { admin, app, network } from '../network.js'
import { publishVersion } from '../publish-version.js'

describe('publishing a model version', () => {
  const card = cardOf('fraud-detector')
  const score = () =>
    app('query Score($input: Payment!) { fraudDetector(input: $input) { probability route servedBy { version } } }', {
      input: card.goldenRows[0]!.input,
    })

  it.each([
    ['a corrupt artifact', Buffer.from('not an onnx file at all'), 'INVALID_ARTIFACT', /./],
    [
      'an artifact with a foreign signature',
      readFileSync('subgraphs/diagnostics/models/malignancy-risk/1/model.onnx'),
      'CONTRACT_MISMATCH',
      /float32\[N,\d+\].*float32\[.*30\]/,
    ],
  ])('from %s is refused and never disturbs what serves', async (_name, bytes, code, message) => {
    const before = await score()
    const result = await publishVersion(network, 'fraud-detector', bytes, { ...card, version: 2 })
    expect(result.created).toBe(false)
    expect(result.findings[0]).toMatchObject({ code, message: expect.stringMatching(message) })

    const { data } = await app('{ model(name: "fraud-detector") { latestVersion } }')
    expect(data.model.latestVersion).toBe(1)
    expect((await score()).data).toEqual(before.data)
  })

  it('whose card promises other answers is refused', async () => {
    const [first, ...rest] = card.goldenRows
    const lie = { ...card, version: 2, goldenRows: [{ ...first!, output: { probability: 0.5 } }, ...rest] }
    const bytes = readFileSync('subgraphs/fraud/models/fraud-detector/1/model.onnx')
    const result = await publishVersion(network, 'fraud-detector', bytes, lie)
    expect(result.findings[0]).toMatchObject({ code: 'CONTRACT_MISMATCH', message: expect.stringContaining('0.5') })
  })

  it('again changes nothing', async () => {
    const bytes = readFileSync('subgraphs/fraud/models/fraud-detector/1/model.onnx')
    expect(await publishVersion(network, 'fraud-detector', bytes, card)).toMatchObject({
      created: false,
      findings: [],
      version: { id: 'fraud-detector@1' },
    })
  })

  it('leaves the champion where it is until the alias moves; then both answer side by side', async () => {
    const input = cardOf('malignancy-risk').goldenRows[0]!.input
    const champion = async () => {
      const { data } = await app(
        'query Risk($input: MassMeasurements!) { malignancyRisk(input: $input) { route servedBy { version } } }',
        { input },
      )
      expect(data.malignancyRisk.route).toBe('CHAMPION')
      return data.malignancyRisk.servedBy.version
    }
    expect(await champion()).toBe(1)
    await setChampion(2)
    await until(async () => (await champion()) === 2)
    const { data } = await app(
      'query Both($input: MassMeasurements!) { v1: malignancyRisk(input: $input, at: "1") { servedBy { version } } v2: malignancyRisk(input: $input, at: "champion") { servedBy { version } } }',
      { input },
    )
    expect(data).toEqual({ v1: { servedBy: { version: 1 } }, v2: { servedBy: { version: 2 } } })
    await setChampion(1)
    await until(async () => (await champion()) === 1)
  })
})

async function setChampion(version: number): Promise<void> {
  const { errors } = await admin(
    'mutation Champion($version: Int!) { setAlias(model: "malignancy-risk", alias: "champion", version: $version, reason: "end-to-end test") { name } }',
    { version },
  )
  expect(errors).toEqual([])
}
