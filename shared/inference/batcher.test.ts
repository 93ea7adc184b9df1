import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Batcher } from './batcher.js'
import { Cost } from './cost.js'
import type { Priority, RunReport, VersionSettings } from './engine.js'
import { LostWorkerError } from './executor.js'
import { FakeClock, FakeTurns } from './fixtures/fake-clock.js'
import { FakeExecutor } from './fixtures/fake-executor.js'
import { RecordedBlock } from './fixtures/recorded-block.js'
import { InputPool } from './input-pool.js'
import { resolveSettings } from './options.js'

const X = { name: 'x', datatype: 'float32', shape: ['N', 1] } as const
const block = (...values: number[]) => new RecordedBlock(values.map((value) => ({ x: [value] })))

/** A batcher over an executor that costs 100 µs a row, with everything in the test's hands. */
function setUp(settings: VersionSettings = {}, slots = 1, fixedRows?: number) {
  const clock = new FakeClock()
  const turns = new FakeTurns()
  const executor = new FakeExecutor(slots)
  const reports: RunReport[] = []
  const batcher = new Batcher({
    id: 'model@1',
    settings: resolveSettings({ maxBatchMs: 1000, ...settings }),
    clock,
    schedule: turns.schedule,
    onRun: (report) => reports.push(report),
  })
  const serving = { executor, cost: new Cost(100, 1000, 10), inputs: new InputPool([X]), fixedRows, running: 0 }
  batcher.attach(serving)
  const run = (rows: RecordedBlock, priority: Priority = 'interactive', withinMs = Number.POSITIVE_INFINITY) =>
    batcher.run(rows, { priority, deadline: clock.now() + withinMs })
  return { clock, turns, executor, reports, batcher, serving, run }
}

describe('a batcher', () => {
  it('waits for the rows of the turn, and no longer', async () => {
    const { turns, executor, run } = setUp()
    run(block(1))
    run(block(2, 3))
    expect(executor.started).toEqual([])
    await turns.next()
    expect(executor.started).toEqual([[1, 2, 3]])
  })

  it('runs what gathered meanwhile as soon as the executor is free', async () => {
    const { turns, executor, run } = setUp()
    run(block(1))
    await turns.next()
    run(block(2))
    await turns.next()
    run(block(3))
    await turns.next()
    expect(executor.started).toEqual([[1]])
    executor.underWay[0]!.succeed()
    await turns.next()
    await turns.next()
    expect(executor.started).toEqual([[1], [2, 3]])
  })

  it('keeps as many runs under way as the executor has slots', async () => {
    const { turns, executor, run } = setUp({ maxBatchRows: 1 }, 2)
    run(block(1, 2, 3))
    await turns.next()
    expect(executor.started).toEqual([[1], [2]])
  })

  it('resolves when every row has its answer', async () => {
    const { turns, executor, run } = setUp({ maxBatchRows: 2 })
    const rows = block(1, 2, 3)
    const done = run(rows)
    await turns.next()
    executor.underWay[0]!.succeed()
    await turns.next()
    await turns.next()
    executor.underWay[0]!.succeed()
    await done
    expect(rows.firsts('y')).toEqual([-1, -2, -3])
  })

  it('keeps a run within the time a batch may take', async () => {
    const { turns, executor, run } = setUp({ maxBatchMs: 0.4 })
    run(block(1, 2, 3, 4, 5, 6))
    await turns.next()
    expect(executor.started).toEqual([[1, 2, 3, 4]])
  })

  it('makes runs shorter when rows turn out to be dearer', async () => {
    const { turns, executor, run } = setUp({ maxBatchMs: 0.4 })
    run(block(...Array(200).fill(1)))
    for (let turn = 0; turn < 40; turn++) {
      await turns.next()
      const [current] = executor.underWay
      current?.succeed(current.values.length * 200)
    }
    expect(executor.started.at(-1)).toHaveLength(2)
  })

  it('runs one row at least, however dear', async () => {
    const { turns, executor, run } = setUp({ maxBatchMs: 0.001 })
    run(block(1, 2))
    await turns.next()
    expect(executor.started).toEqual([[1]])
  })

  it('fills a fixed number of rows with copies and answers only those asked for', async () => {
    const { turns, executor, run } = setUp({}, 1, 4)
    const rows = block(7, 8)
    const done = run(rows)
    await turns.next()
    expect(executor.started).toEqual([[7, 8, 7, 7]])
    executor.underWay[0]!.succeed()
    await done
    expect(rows.firsts('y')).toEqual([-7, -8])
  })

  it('reports rows, wait, time and failure of each run', async () => {
    const { clock, turns, executor, reports, run } = setUp()
    run(block(1))
    clock.advance(3)
    await turns.next()
    executor.underWay[0]!.succeed(2000)
    await turns.next()
    expect(reports).toEqual([{ id: 'model@1', rows: 1, queueMs: 3, runMs: 2, failed: false }])
  })

  it('survives a listener that throws', async () => {
    const { turns, executor, reports, run } = setUp()
    reports.push = () => {
      throw new Error('sink')
    }
    const done = run(block(1))
    await turns.next()
    executor.underWay[0]!.succeed()
    await done
  })
})

describe('a full queue', () => {
  it('refuses the whole block at once and tells when to come back', async () => {
    const { turns, executor, run } = setUp({ maxQueueRows: 30, maxBatchRows: 10 })
    run(block(...Array(10).fill(1)))
    await turns.next()
    const waiting = block(...Array(25).fill(2))
    run(waiting)
    const refused = block(...Array(6).fill(3))
    await run(refused)
    expect(refused.codes).toEqual(Array(6).fill('OVERLOADED'))
    const [error] = refused.results
    // Three runs of ten rows of 100 µs: 3 ms.
    expect(error).toMatchObject({ details: { retryAfterMs: 3 }, message: expect.stringContaining('30 rows') })
    expect(executor.started).toHaveLength(1)
    expect(waiting.codes).toEqual(Array(25).fill(undefined))
  })

  it('refuses for good a block that it can never hold', async () => {
    const { run } = setUp({ maxQueueRows: 3 })
    const rows = block(1, 2, 3, 4)
    await run(rows)
    expect(rows.codes).toEqual(Array(4).fill('BAD_USER_INPUT'))
    expect(rows.results[0]).toMatchObject({ details: { expected: 'at most 3 rows at once', received: '4' } })
  })
})

describe('a deadline', () => {
  it('fails rows that waited too long without running them', async () => {
    const { clock, turns, executor, run } = setUp()
    const late = block(1)
    const done = run(late, 'interactive', 50)
    run(block(2))
    clock.advance(50)
    await turns.next()
    await done
    expect(late.codes).toEqual(['DEADLINE_EXCEEDED'])
    expect(executor.started).toEqual([[2]])
  })

  it.each([
    ['the first to wait', [50, 100]],
    ['behind one with more time', [100, 50]],
  ])('is told while the executor is still busy, %s', async (_, [first, second]) => {
    const { clock, turns, executor, run } = setUp()
    run(block(1))
    await turns.next()
    const blocks = [block(2), block(3)]
    run(blocks[0]!, 'interactive', first)
    await turns.next()
    run(blocks[1]!, 'interactive', second)
    await turns.next()
    clock.advance(50)
    const codes = blocks.map((each) => each.codes[0])
    expect(codes).toEqual([first, second].map((ms) => (ms === 50 ? 'DEADLINE_EXCEEDED' : undefined)))
    clock.advance(50)
    expect(blocks.map((each) => each.codes[0])).toEqual(['DEADLINE_EXCEEDED', 'DEADLINE_EXCEEDED'])
    expect(executor.started).toEqual([[1]])
    expect(clock.timers).toBe(0)
  })

  it('does not cut a row that runs', async () => {
    const { clock, turns, executor, run } = setUp()
    const rows = block(1)
    const done = run(rows, 'interactive', 50)
    await turns.next()
    clock.advance(100)
    executor.underWay[0]!.succeed()
    await done
    expect(rows.firsts('y')).toEqual([-1])
  })
})

describe('a failed run', () => {
  it('tries its rows once more alone and fails those that fail alone', async () => {
    const { turns, executor, run } = setUp()
    const [first, second] = [block(1, 2), block(3)]
    const done = Promise.all([run(first), run(second)])
    await turns.next()
    executor.underWay[0]!.fail(new Error('node Gather: /secret/path'))
    for (let turn = 0; turn < 8; turn++) {
      await turns.next()
      const [current] = executor.underWay
      if (current?.values[0] === 2) current.fail(new Error('again'))
      else current?.succeed()
    }
    await done
    expect(executor.started).toEqual([[1, 2, 3], [1], [2], [3]])
    expect([...first.codes, ...second.codes]).toEqual([undefined, 'INFERENCE_FAILED', undefined])
    const error = first.results[1] as Error & { originalError: Error }
    expect(error.message).toBe('model@1 failed on this row.')
    expect(error.originalError.message).toBe('again')
  })

  it('does not try a row again that was alone already', async () => {
    const { turns, executor, run } = setUp()
    const rows = block(1)
    const done = run(rows)
    await turns.next()
    executor.underWay[0]!.fail(new Error('bad row'))
    await done
    expect(rows.codes).toEqual(['INFERENCE_FAILED'])
    expect(executor.started).toHaveLength(1)
  })

  it('tries a lone row again when its worker was lost, once', async () => {
    const { turns, executor, run } = setUp()
    const rows = block(1)
    const done = run(rows)
    for (let tries = 0; tries < 2; tries++) {
      await turns.next()
      executor.underWay[0]!.fail(new LostWorkerError('gone'))
      await turns.next()
    }
    await done
    expect(rows.codes).toEqual(['INFERENCE_FAILED'])
    expect(executor.started).toEqual([[1], [1]])
  })

  it('is one whose outputs do not hold an entry per row', async () => {
    const { turns, executor, run } = setUp()
    const rows = block(1, 2)
    const done = run(rows)
    await turns.next()
    const summed = { y: { datatype: 'float32', shape: [1, 1], data: Float32Array.of(-3) } } as const
    executor.underWay[0]!.answer(summed)
    for (let turn = 0; turn < 4; turn++) {
      await turns.next()
      executor.underWay[0]?.succeed()
    }
    await done
    expect(rows.firsts('y')).toEqual([-1, -2])
  })
})

describe('a block that throws', () => {
  it.each(['encode', 'decode'] as const)('in %s fails alone', async (method) => {
    const { turns, executor, run } = setUp()
    const [before, faulty, after] = [block(1), block(2), block(3)]
    faulty[method] = () => {
      throw new TypeError('a bug')
    }
    const done = Promise.all([run(before), run(faulty), run(after)])
    await turns.next()
    executor.underWay[0]!.succeed()
    await done
    expect(faulty.codes).toEqual(['INTERNAL_SERVER_ERROR'])
    expect([...before.firsts('y'), ...after.firsts('y')]).toEqual([-1, -3])
  })

  it('in fail does not keep its caller waiting', async () => {
    const { turns, executor, run } = setUp()
    const faulty = block(1)
    faulty.fail = () => {
      throw new TypeError('a bug')
    }
    const done = run(faulty)
    await turns.next()
    executor.underWay[0]!.fail(new Error('bad row'))
    await done
  })

  it('leaves nothing to run when it was alone', async () => {
    const { turns, executor, batcher, run } = setUp()
    const faulty = block(1)
    faulty.encode = () => {
      throw new TypeError('a bug')
    }
    const done = run(faulty)
    await turns.next()
    await done
    expect(executor.started).toEqual([])
    await batcher.drain()
  })
})

describe('a drain', () => {
  it('takes no new rows and ends those that wait and run', async () => {
    const { turns, executor, batcher, run } = setUp({ maxBatchRows: 1 })
    const rows = block(1, 2)
    run(rows)
    await turns.next()
    let drained = false
    const draining = batcher.drain().then(() => {
      drained = true
    })
    const refused = block(3)
    await run(refused)
    expect(refused.codes).toEqual(['VERSION_NOT_READY'])
    for (let turn = 0; turn < 2; turn++) {
      expect(drained).toBe(false)
      executor.underWay[0]!.succeed()
      await turns.next()
      await turns.next()
    }
    await draining
    expect(rows.firsts('y')).toEqual([-1, -2])
  })

  it('of an idle batcher is over at once', () => setUp().batcher.drain())
})

describe('rows without a session', () => {
  it('wait for one', async () => {
    const { turns, executor, batcher, serving, run } = setUp()
    batcher.serving = undefined
    const done = run(block(1))
    await turns.next()
    expect(executor.started).toEqual([])
    batcher.attach(serving)
    await turns.next()
    executor.underWay[0]!.succeed()
    await done
  })

  it('fail at their deadline', async () => {
    const { clock, turns, batcher, run } = setUp()
    batcher.serving = undefined
    const rows = block(1)
    const done = run(rows, 'interactive', 50)
    await turns.next()
    clock.advance(50)
    await done
    expect(rows.codes).toEqual(['DEADLINE_EXCEEDED'])
  })
})

describe('whatever comes', () => {
  const blocks = fc.array(
    fc.record({
      rows: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 30 }),
      priority: fc.constantFrom<Priority>('interactive', 'batch'),
      withinMs: fc.constantFrom(5, 20, Number.POSITIVE_INFINITY),
      turn: fc.integer({ min: 0, max: 10 }),
    }),
    { maxLength: 12 },
  )
  const limits = fc.record({
    maxBatchRows: fc.integer({ min: 1, max: 16 }),
    maxQueueRows: fc.integer({ min: 1, max: 60 }),
    slots: fc.integer({ min: 1, max: 3 }),
  })

  it('every row ends exactly once, rightly, in runs that keep the limit', async () => {
    await fc.assert(
      fc.asyncProperty(blocks, limits, async (arrivals, { maxBatchRows, maxQueueRows, slots }) => {
        const { clock, turns, executor, batcher, run } = setUp({ maxBatchRows, maxQueueRows }, slots)
        const all = arrivals.map(({ rows }) => block(...rows))
        const ends: Promise<void>[] = []
        for (let turn = 0; turn <= 10 || !batcher.isIdle; turn++) {
          arrivals.forEach((arrival, index) => {
            if (arrival.turn === turn) ends.push(run(all[index]!, arrival.priority, arrival.withinMs))
          })
          await turns.next()
          clock.advance(2)
          const current = executor.underWay[0]
          // Nines are bad rows: they break every run they are in.
          if (current?.values.includes(9)) current.fail(new Error('nine'))
          else current?.succeed()
          await turns.next()
        }
        await Promise.all(ends)
        for (const values of executor.started) expect(values.length).toBeLessThanOrEqual(maxBatchRows)
        for (const each of all) {
          each.rows.forEach((row, index) => {
            const value = Number(row.x![0])
            const code = each.codes[index]
            if (code === undefined) expect(each.firsts('y')[index]).toBe(-value)
            if (code === 'INFERENCE_FAILED') expect(value).toBe(9)
            if (value === 9) expect(code).toBeDefined()
          })
        }
      }),
      { numRuns: 60 },
    )
  })
})
