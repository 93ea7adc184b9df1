import { describe, expect, it } from 'vitest'
import type { Priority } from './engine.js'
import { block, setUp } from './fixtures/batcher-under-test.js'

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

describe('a queue that stands', () => {
  /** Runs of ten rows that take a millisecond; rows are worth waiting 40 ms for. */
  const bench = () => {
    const { batcher, clock, turns, executor } = setUp({ maxWaitMs: 40, maxBatchRows: 10 })
    const queue = (rows: number, waitShare = 1, priority: Priority = 'interactive') => {
      const asked = block(...Array(rows).fill(1))
      void batcher.run(asked, { priority, deadline: Number.POSITIVE_INFINITY, waitShare })
      return asked
    }
    const ask = (...asked: Parameters<typeof queue>) => queue(...asked).codes[0]
    const askOften = (times: number) => Array.from({ length: times }, () => ask(5))
    const runAll = async () => {
      for (; !batcher.isIdle; await turns.next()) {
        for (const run of [...executor.underWay]) run.succeed(100 * run.values.length)
      }
    }
    return { batcher, clock, queue, ask, askOften, runAll }
  }

  it('refuses by what each block is worth, once rows have lastingly waited for three tenths of the longest wait', () => {
    const { clock, ask, askOften } = bench()
    expect(new Set(askOften(25))).toEqual(new Set([undefined]))
    clock.advance(24)
    expect(ask(1, 0.25)).toBe(undefined)
    clock.advance(1)
    expect([ask(1, 0.25), ask(1, 1)]).toEqual(['OVERLOADED', undefined])
    askOften(56)
    expect([ask(1, 1), ask(1, 1, 'critical')]).toEqual(['OVERLOADED', undefined])
  })

  it('gives up what waits in vain when it begins to stand, the latest first, and critical rows never', () => {
    const { clock, batcher, queue } = bench()
    const waiting = Array.from({ length: 40 }, (_, n) => queue(5, 0.25, n === 39 ? 'critical' : 'interactive'))
    clock.advance(1)
    queue(1, 1)
    clock.advance(25)
    const [patient] = [queue(1, 1)]
    // Ten rows a run: the critical block and twenty others wait for 10 ms, a quarter of 40, at most.
    const refused = waiting.map(({ codes }) => codes[0])
    expect(refused).toEqual([...Array(20).fill(undefined), ...Array(19).fill('OVERLOADED'), undefined])
    expect(waiting[20]!.results[0]).toMatchObject({ details: { retryAfterMs: 21 } })
    expect([patient!.codes[0], batcher.queue.rows]).toEqual([undefined, 107])
  })

  it('lets a burst pass, and forgets a queue that has been short for a second', async () => {
    const { clock, ask, askOften, runAll } = bench()
    askOften(45)
    clock.advance(20)
    await runAll()
    expect(ask(1, 0.25)).toBe(undefined)
    askOften(45)
    clock.advance(10)
    expect(ask(1, 0.25)).toBe(undefined)
    clock.advance(25)
    expect(ask(1, 0.25)).toBe('OVERLOADED')
    await runAll()
    expect(ask(1, 0.25)).toBe(undefined)
    clock.advance(1_000)
    await runAll()
    expect(ask(1, 0.25)).toBe(undefined)
    askOften(45)
    expect(ask(1, 0.25)).toBe(undefined)
  })

  it('is none of batch rows, and is worth a longer wait to a block that takes several runs', () => {
    const { clock, ask, askOften } = bench()
    ask(1_000, 1, 'batch')
    clock.advance(25)
    ask(1_000, 1, 'batch')
    clock.advance(25)
    expect(ask(1, 0)).toBe(undefined)
    askOften(50)
    clock.advance(25)
    expect([ask(1, 0.25), ask(30, 0.25)]).toEqual(['OVERLOADED', undefined])
    expect(ask(1, 0.125, 'batch')).toBe('OVERLOADED')
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
