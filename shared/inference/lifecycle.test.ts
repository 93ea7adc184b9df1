import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createEngine } from './create-engine.js'
import type { Artifact, Engine, RunOptions, VersionSettings } from './engine.js'
import { artifact, fixture } from './fixtures/artifacts.js'
import { FakeClock, FakeTurns } from './fixtures/fake-clock.js'
import { RecordedBlock, type Row } from './fixtures/recorded-block.js'
import type { EngineOptions } from './options.js'

const LATER: RunOptions = { deadline: Number.POSITIVE_INFINITY, priority: 'interactive' }

let engine: Engine
let folder: string
beforeEach(async () => {
  engine = createEngine()
  folder = await mkdtemp(join(tmpdir(), 'engine-'))
})
afterEach(async () => {
  await engine.close()
  await rm(folder, { recursive: true })
})

async function renew(options: EngineOptions): Promise<void> {
  await engine.close()
  engine = createEngine(options)
}

async function run(id: string, ...rows: Row[]): Promise<RecordedBlock> {
  const block = new RecordedBlock(rows)
  await engine.run(id, block, LATER)
  return block
}

const root = (id: string, settings?: VersionSettings) => artifact('root', { x: [1] }, settings, id)
const nine = { x: [9] }
const stateOf = (id: string) => engine.status().find((status) => status.id === id)?.state

describe('loading', () => {
  it.each([
    ['a corrupt file', { path: fixture('corrupt') }, 'INVALID_ARTIFACT'],
    ['a missing file', { path: fixture('missing') }, 'INVALID_ARTIFACT'],
    ['a datatype that is not served', { path: fixture('half') }, 'INVALID_ARTIFACT'],
    ['a foreign signature', { fit: () => ['input "x" is float32[N,1], not float32[N,30]'] }, 'CONTRACT_MISMATCH'],
    ['rows of a variable width', { path: fixture('ragged') }, 'CONTRACT_MISMATCH'],
    ['answers that are not by row', { path: fixture('summed') }, 'CONTRACT_MISMATCH'],
    ['an example it fails on', { path: fixture('lookup'), example: outOfRange }, 'INVALID_ARTIFACT'],
    ['an example that cannot be encoded', { path: fixture('linear'), example: faulty }, 'CONTRACT_MISMATCH'],
  ])('%s is refused and leaves what serves as it is', async (_, flaw: Partial<Artifact>, code) => {
    await engine.load(root('root@1'))
    const refusal = await engine.load({ ...root('root@2'), ...flaw }).catch((error: Error) => error)
    expect(refusal).toMatchObject({ code })
    expect((refusal as Error).message).toMatch(/^root@2 /)
    expect((refusal as Error).message).not.toContain(fixture('').replace('.onnx', ''))
    expect((await run('root@1', nine)).firsts('y')).toEqual([3])
    expect((await run('root@2', nine)).codes).toEqual(['VERSION_NOT_READY'])
    expect(stateOf('root@2')).toBe('FAILED')
  })

  it('says both sides of a contract that does not fit', async () => {
    const sides = 'output "score" is expected as float32[N,2]; the artifact gives y: float32[N,1]'
    await expect(engine.load({ ...root('root@1'), fit: () => [sides] })).rejects.toThrow(sides)
  })

  it('succeeds after a failure when the artifact is right', async () => {
    await expect(engine.load({ ...root('root@1'), path: fixture('corrupt') })).rejects.toThrow()
    await engine.load(root('root@1'))
    expect((await run('root@1', nine)).firsts('y')).toEqual([3])
  })

  it('runs two versions side by side, each with its own answers', async () => {
    await Promise.all([engine.load(root('model@1')), engine.load(artifact('fixed-1', { x: [1] }, {}, 'model@2'))])
    const blocks = await Promise.all([run('model@1', nine), run('model@2', nine)])
    expect(blocks.map((block) => block.firsts('y')[0])).toEqual([3, -9])
  })

  it('does not disturb rows that run meanwhile', async () => {
    await engine.load(root('model@1'))
    let loaded = false
    const loading = engine.load(artifact('trees', { features: Array(30).fill(0) })).then(() => {
      loaded = true
    })
    let answered = 0
    while (!loaded) if ((await run('model@1', nine)).firsts('y')[0] === 3) answered++
    await loading
    expect(answered).toBeGreaterThan(0)
  })

  it('of one version twice is one load', async () => {
    let examples = 0
    const counted = { ...root('root@1'), example: count }
    async function count(rows: number) {
      examples++
      return new RecordedBlock(Array(rows).fill({ x: [1] }))
    }
    const [first, second] = await Promise.all([engine.load(counted), engine.load(counted)])
    expect(first).toEqual(second)
    expect(examples).toBe(2)
  })

  it('is given up when the runtime does not answer in time', async () => {
    await renew({ loadTimeoutMs: 1 })
    await expect(engine.load(root('root@1'))).rejects.toMatchObject({
      code: 'INVALID_ARTIFACT',
      message: 'root@1 could not be tried: no answer within 1 ms.',
    })
  })

  it('ends when the engine closes', async () => {
    let closing: Promise<void> | undefined
    const loading = engine.load({
      ...root('root@1'),
      example: async (rows) => {
        closing ??= engine.close()
        return new RecordedBlock(Array(rows).fill({ x: [1] }))
      },
    })
    await expect(loading).rejects.toMatchObject({ code: 'VERSION_NOT_READY' })
    await closing
    await expect(engine.load(root('root@2'))).rejects.toMatchObject({ code: 'VERSION_NOT_READY' })
  })
})

describe('a memory budget', () => {
  beforeEach(() => renew({ memoryBudgetBytes: 600_000 }))

  it('evicts the least recently used version and loads it again when it is asked', async () => {
    await engine.load(root('a@1'))
    await engine.load(root('b@1'))
    await run('a@1', nine)
    await engine.load(root('c@1'))
    expect(['a@1', 'b@1', 'c@1'].map(stateOf)).toEqual(['READY', 'EVICTED', 'READY'])
    const blocks = await Promise.all([run('b@1', nine), run('b@1', { x: [4] })])
    expect(blocks.map((block) => block.firsts('y')[0])).toEqual([3, 2])
    expect(['a@1', 'b@1', 'c@1'].map(stateOf)).toEqual(['EVICTED', 'READY', 'READY'])
  })

  it('is exceeded rather than a version evicted that has rows', async () => {
    const turns = new FakeTurns()
    await renew({ memoryBudgetBytes: 1, schedule: turns.schedule })
    await engine.load(root('a@1'))
    const waiting = run('a@1', nine)
    await engine.load(root('b@1'))
    expect(['a@1', 'b@1'].map(stateOf)).toEqual(['READY', 'READY'])
    await turns.next()
    expect((await waiting).firsts('y')).toEqual([3])
    await engine.load(root('c@1'))
    expect(['a@1', 'b@1', 'c@1'].map(stateOf)).toEqual(['EVICTED', 'EVICTED', 'READY'])
  })

  it('fails the rows of a version that cannot come back, and tries again later', async () => {
    const clock = new FakeClock()
    await renew({ memoryBudgetBytes: 300_000, clock })
    const path = join(folder, 'model.onnx')
    await copyFile(fixture('root'), path)
    await engine.load({ ...root('a@1'), path })
    await engine.load(root('b@1'))
    await writeFile(path, 'damaged')
    expect((await run('a@1', nine)).codes).toEqual(['VERSION_NOT_READY'])
    expect((await run('b@1', nine)).firsts('y')).toEqual([3])
    await copyFile(fixture('root'), path)
    expect((await run('a@1', nine)).codes).toEqual(['VERSION_NOT_READY'])
    clock.advance(5000)
    expect((await run('a@1', nine)).firsts('y')).toEqual([3])
  })
})

describe('unloading', () => {
  it('takes no new rows, ends those that wait, and forgets the version', async () => {
    await engine.load(artifact('slow', { x: [1] }, { maxBatchRows: 1 }))
    const waiting = run('slow@1', { x: [1] }, { x: [1] }, { x: [1] })
    const unloading = engine.unload('slow@1')
    expect(stateOf('slow@1')).toBe('DRAINING')
    expect((await run('slow@1', { x: [1] })).codes).toEqual(['VERSION_NOT_READY'])
    await unloading
    expect((await waiting).codes).toEqual([undefined, undefined, undefined])
    expect(engine.status()).toEqual([])
  })

  it('leaves the other versions alone', async () => {
    await Promise.all([engine.load(root('a@1')), engine.load(root('b@1'))])
    await engine.unload('a@1')
    expect((await run('b@1', nine)).firsts('y')).toEqual([3])
  })

  it('of an unknown version does nothing', () => engine.unload('unknown@1'))

  it('makes room for the same version to be loaded again', async () => {
    await engine.load(root('a@1'))
    const [, status] = await Promise.all([engine.unload('a@1'), engine.load(root('a@1'))])
    expect(status.state).toBe('READY')
    expect((await run('a@1', nine)).firsts('y')).toEqual([3])
  })

  it('of all versions ends every row first', async () => {
    await Promise.all([engine.load(artifact('slow', { x: [1] }, { maxBatchRows: 1 })), engine.load(root('a@1'))])
    const waiting = [run('slow@1', { x: [1] }, { x: [1] }), run('a@1', nine)]
    await engine.close()
    const blocks = await Promise.all(waiting)
    expect(blocks.flatMap((block) => block.codes)).toEqual([undefined, undefined, undefined])
  })
})

describe('a version whose cost changes', () => {
  it('leaves the calling thread when it becomes dear, comes back when it is cheap, and loses no row', async () => {
    const { placement } = await engine.load(artifact('counted', { x: [1] }))
    expect(placement).toBe('inline')
    await runUntilPlaced('worker', 5000)
    await runUntilPlaced('inline', 1)
  })

  async function runUntilPlaced(placement: string, turns: number): Promise<void> {
    for (let runs = 0; engine.status()[0]!.placement !== placement; runs++) {
      expect(runs).toBeLessThan(2000)
      expect((await run('counted@1', { x: [turns] })).firsts('y')).toEqual([turns])
    }
  }
})

describe('a worker thread that hangs', () => {
  it('costs its rows a second try and nobody else anything', async () => {
    const clock = new FakeClock()
    await renew({ clock, runTimeoutMs: 1000 })
    await Promise.all([engine.load(artifact('slow', { x: [1] })), engine.load(root('a@1'))])
    const running = run('slow@1', { x: [1] }, { x: [1] })
    await new Promise((resolve) => setImmediate(resolve))
    clock.advance(1000)
    expect((await run('a@1', nine)).firsts('y')).toEqual([3])
    expect((await running).codes).toEqual([undefined, undefined])
  })
})

async function outOfRange(rows: number): Promise<RecordedBlock> {
  return new RecordedBlock(Array(rows).fill({ index: [99n] }))
}

async function faulty(rows: number): Promise<RecordedBlock> {
  return new RecordedBlock(Array(rows).fill({ other: [1] }))
}
