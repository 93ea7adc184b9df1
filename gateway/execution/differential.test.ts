import { parse } from 'graphql'
import { beforeAll, describe, expect, it } from 'vitest'
import { startExecutors } from './testing/executors.js'
import { placeOf, withoutIndices } from './testing/placement.js'
import { randomShapes, type Shape } from './testing/random-shapes.js'

const SHAPES = 600
const SEED = 20_251

describe('an execution and Apollo’s executor', () => {
  let executors: Awaited<ReturnType<typeof startExecutors>>

  beforeAll(async () => {
    executors = await startExecutors()
  })

  it(`answer ${SHAPES} operations alike, and without errors as graphql-js does on one schema`, async () => {
    const found = { isPassedOn: 0, hasErrors: 0, isMisplaced: 0 }
    for (const [number, shape] of randomShapes(executors.schema, SHAPES, SEED).entries()) {
      const traits = await compare(shape, `shape ${number}: ${JSON.stringify(shape)}`)
      for (const trait of Object.keys(found) as (keyof typeof found)[]) found[trait] += traits[trait] ? 1 : 0
    }
    expect(found.isPassedOn).toBeGreaterThan(SHAPES / 40)
    expect(found.hasErrors).toBeGreaterThan(SHAPES / 5)
    expect(found.isMisplaced).toBeLessThan(SHAPES / 50)
  }, 120_000)

  async function compare(shape: Shape, what: string) {
    const { local, compile, runCompiled, runStock, runMerged } = executors
    const document = parse(shape.query)
    local.down.clear()
    if (shape.down) local.down.add(shape.down)
    local.corrupt = shape.corrupt
    const { isPassedOn, ...ours } = await runCompiled(compile(document), document, shape.variables)
    const stock = await runStock(shape.query, document, shape.variables)
    const merged = await runMerged(document, shape.variables)
    if (!shape.corrupt && ours.errors.length + merged.places.length === 0)
      expect(JSON.parse(ours.data!), what).toEqual(merged.data)
    expect(withoutIndices(ours), what).toEqual(withoutIndices(stock))
    const elsewhere = ours.errors.filter((line) => !stock.errors.includes(line))
    if (!shape.down && !shape.corrupt)
      expect(merged.places, what).toEqual(expect.arrayContaining(elsewhere.map(placeOf)))
    return { isPassedOn, isMisplaced: elsewhere.length > 0, hasErrors: ours.errors.length > 0 }
  }
})
