import { describe, expect, it } from 'vitest'
import { LostWorkerError } from './executor.js'
import { block, setUp } from './fixtures/batcher-under-test.js'

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
