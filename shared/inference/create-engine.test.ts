import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createEngine } from './create-engine.js'
import type { Engine, RunOptions, RunReport, VersionSettings } from './engine.js'
import { artifact } from './fixtures/artifacts.js'
import { RecordedBlock } from './fixtures/recorded-block.js'

const LATER: RunOptions = { deadline: Number.POSITIVE_INFINITY, priority: 'interactive' }
const linear = (settings?: VersionSettings, id?: string) => artifact('linear', { x: [1, 1] }, settings, id)
const lookup = (settings?: VersionSettings) => artifact('lookup', { index: [0n] }, settings)

describe('an engine', () => {
  let engine: Engine
  const reports: RunReport[] = []
  beforeEach(() => {
    reports.length = 0
    engine = createEngine({ onRun: (report) => reports.push(report) })
  })
  afterEach(() => engine.close())

  const run = async (id: string, rows: ConstructorParameters<typeof RecordedBlock>[0], options = LATER) => {
    const block = new RecordedBlock(rows)
    await engine.run(id, block, options)
    return block
  }

  it('answers each row of a block in its place', async () => {
    await engine.load(linear())
    const block = await run('linear@1', [{ x: [0, 0] }, { x: [1, 0] }, { x: [0, 1] }])
    expect(block.firsts('y')).toEqual([1, 3, 4])
  })

  it('gathers the rows of one turn into one run', async () => {
    await engine.load(linear())
    await Promise.all([0, 1, 2, 3].map((x) => run('linear@1', [{ x: [x, 0] }])))
    expect(reports.map((report) => report.rows)).toEqual([4])
  })

  it('tells the state, the placement and the cost of each version', async () => {
    const status = await engine.load(linear())
    expect(status).toMatchObject({ id: 'linear@1', state: 'READY', placement: 'inline', queuedRows: 0 })
    expect(status.runMicros).toBeGreaterThan(0)
    expect(status.memoryBytes).toBeGreaterThan(0)
    expect(engine.status()).toEqual([status])
  })

  it.each(['inline', 'worker'] as const)('fails only the bad row of a run, %s', async (placement) => {
    await engine.load(lookup({ placement }))
    const block = await run('lookup@1', [{ index: [0n] }, { index: [9n] }, { index: [2n] }])
    expect(block.codes).toEqual([undefined, 'INFERENCE_FAILED', undefined])
    expect((block.results[2] as { y: unknown }).y).toEqual([30])
    expect((block.results[1] as Error).message).toBe('lookup@1 failed on this row.')
  })

  it.each([undefined, { placement: 'worker' }] as const)('carries every datatype, %j', async (settings) => {
    const row = {
      float32: [0.5, -1],
      float64: [Math.PI, 2],
      int32: [-7, 8],
      int64: [2n ** 60n, -1n],
      uint8: [0, 255],
      bool: [1, 0],
      string: ['straße', ''],
    }
    await engine.load(artifact('datatypes', row, settings))
    const block = await run('datatypes@1', [row, { ...row, string: ['a', 'b'] }])
    const expected = Object.fromEntries(Object.entries(row).map(([name, value]) => [`${name}_out`, value]))
    expect(block.results).toEqual([expected, { ...expected, string_out: ['a', 'b'] }])
  })

  it.each([
    ['fixed-1', [1, 1, 1, 1, 1, 1]],
    ['fixed-4', [4, 2]],
  ])('keeps to the rows that %s fixes', async (name, sizes) => {
    await engine.load(artifact(name, { x: [1] }))
    const block = await run(
      `${name}@1`,
      [1, 2, 3, 4, 5, 6].map((x) => ({ x: [x] })),
    )
    expect(block.firsts('y')).toEqual([-1, -2, -3, -4, -5, -6])
    expect(reports.map((report) => report.rows)).toEqual(sizes)
  })

  it('places a dear version on a worker thread and lets the event loop turn meanwhile', async () => {
    const status = await engine.load(artifact('slow', { x: [1] }))
    expect(status.placement).toBe('worker')
    let ended = false
    const running = run('slow@1', [{ x: [1] }, { x: [1] }]).then(() => {
      ended = true
    })
    let turns = 0
    while (!ended) {
      await new Promise((resolve) => setImmediate(resolve))
      if (!ended) turns++
    }
    await running
    expect(turns).toBeGreaterThan(20)
  })

  it('has nothing to do for an empty block', async () => {
    await engine.load(linear())
    await run('linear@1', [])
    expect(reports).toEqual([])
  })

  it('answers VERSION_NOT_READY for a version it does not have', async () => {
    const block = await run('unknown@1', [{ x: [1, 1] }])
    expect(block.codes).toEqual(['VERSION_NOT_READY'])
  })
})
