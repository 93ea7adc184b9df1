import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { modelCard } from '../../shared/contract/index.js'
import { createEngine } from '../../shared/inference/create-engine.js'
import { describeSubgraph } from '../../shared/serving/index.js'
import { subgraph } from './subgraph.js'

const engine = createEngine()
afterAll(() => engine.close())

/** Loads a committed version into a real engine and answers typed rows with it. */
async function answer(model: string, version: number, rows: readonly unknown[]): Promise<readonly object[]> {
  const { compiled } = subgraph.models.find(({ name }) => name === model)!
  const id = `${model}@${version}`
  const path = fileURLToPath(new URL(`models/${model}/${version}/model.onnx`, import.meta.url))
  const example = async (rows: number) => (await compiled.exampleBlock(rows)).block!
  await engine.load({ id, path, fit: compiled.fit, example })
  const { block, results } = await compiled.admitRows(rows, 'inputs')
  if (block) await engine.run(id, block, { deadline: Number.POSITIVE_INFINITY, priority: 'interactive' })
  return results
}

describe.each([
  { model: 'malignancy-risk', version: 1, output: 'probability' },
  { model: 'malignancy-risk', version: 2, output: 'probability' },
  { model: 'disease-progression', version: 1, output: 'progression' },
])('$model $version', ({ model, version, output }) => {
  const card = modelCard.parse(
    JSON.parse(readFileSync(new URL(`models/${model}/${version}/card.json`, import.meta.url), 'utf8')),
  )
  const inputs = card.goldenRows.map((row) => row.input)

  it('answers its golden rows as scikit-learn did, to 1e-5', async () => {
    const answers = (await answer(model, version, inputs)) as Record<string, number>[]
    for (const [row, golden] of card.goldenRows.entries()) {
      const expected = golden.output[output] as number
      const tolerance = 1e-5 * Math.max(1, Math.abs(expected))
      expect(Math.abs(answers[row]![output]! - expected), `golden row ${row}`).toBeLessThanOrEqual(tolerance)
    }
  })

  it('takes every feature of its golden rows, and none is optional', async () => {
    const { input } = subgraph.models.find(({ name }) => name === model)!.compiled.contract
    expect(input.features.map(({ name }) => name)).toEqual(Object.keys(inputs[0]!))
    for (const { name } of input.features) {
      const { [name]: _, ...rest } = inputs[0]!
      const [error] = await answer(model, version, [rest])
      expect(error).toMatchObject({ code: 'BAD_USER_INPUT', details: { path: `inputs.0.${name}` } })
    }
  })
})

describe('the published SDL', () => {
  it('adds the risk to the patient of another team, its thirty features by @requires', async () => {
    const { sdl } = await describeSubgraph(subgraph)
    const patient = sdl.slice(sdl.indexOf('type Patient @key(fields: "id")'))
    expect(patient.match(/: Float! @external/g)).toHaveLength(30)
    expect(patient).toMatch(/\): MalignancyRisk @requires\(fields: "radiusMean .* fractalDimensionWorst"\)/)
  })
})
