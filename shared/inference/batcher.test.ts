import { describe, expect, it } from 'vitest'
import { block, setUp } from './fixtures/batcher-under-test.js'

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
    clock.advance(2)
    executor.underWay[0]!.succeed(2000)
    await turns.next()
    expect(reports).toEqual([{ id: 'model@1', rows: 1, queueMs: 3, runMs: 2, failed: false }])
  })

  it('tells each block the times of its rows that ended last', async () => {
    const { clock, turns, executor, run } = setUp({ maxBatchRows: 2 })
    const [first, second] = [run(block(1)), run(block(2, 3))]
    for (const runMs of [4, 5]) {
      clock.advance(1)
      await turns.next()
      clock.advance(runMs)
      executor.underWay[0]!.succeed(1000 * runMs)
      await turns.next()
    }
    expect(await first).toMatchObject({ queueMs: 1, runMs: 4 })
    expect(await second).toMatchObject({ queueMs: 6, runMs: 5 })
  })

  it('tells a block that nobody ran how long it waited', async () => {
    const { clock, turns, executor, run } = setUp({ maxBatchRows: 1 })
    run(block(1))
    const late = run(block(2), 'interactive', 5)
    await turns.next()
    clock.advance(7)
    executor.underWay[0]!.succeed()
    expect(await late).toMatchObject({ queueMs: 5, runMs: 0 })
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
