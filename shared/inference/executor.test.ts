import { afterEach, describe, expect, it } from 'vitest'
import type { TensorSet } from '../tensor/row-block.js'
import type { Signature } from '../tensor/signature.js'
import { type Executor, LostWorkerError } from './executor.js'
import { fixture } from './fixtures/artifacts.js'
import { FakeClock } from './fixtures/fake-clock.js'
import { inlineExecutor } from './inline-executor.js'
import { openSession } from './session.js'
import { allocateTensors } from './tensor-set.js'
import { WorkerPool } from './worker-pool.js'

const SESSION = { intraOpThreads: 1 }
const LIMITS = { runTimeoutMs: 1000, loadTimeoutMs: 1000 }
const pools: WorkerPool[] = []

function newPool(size: number, clock = new FakeClock()): WorkerPool {
  const pool = new WorkerPool({ size, clock, ...LIMITS })
  pools.push(pool)
  return pool
}

afterEach(() => {
  for (const pool of pools.splice(0)) pool.end()
})

const openOnWorkers = (size: number) => (path: string) => newPool(size).open('it', { path, options: SESSION })

const IMPLEMENTATIONS: Record<string, (path: string) => Promise<Executor>> = {
  inline: async (path) => inlineExecutor(await openSession(path, SESSION)),
  'one worker': openOnWorkers(1),
  'two workers': openOnWorkers(2),
}

const floats = (...values: number[]): TensorSet => ({
  x: { datatype: 'float32', shape: [values.length, 1], data: Float32Array.from(values) },
})

describe.each(Object.entries(IMPLEMENTATIONS))('an executor: %s', (name, open) => {
  it('answers the rows asked for and gives the input tensors back', async () => {
    const executor = await open(fixture('root'))
    const { outputs, inputs, micros } = await executor.run(floats(4, 9, 16, 25), 3)
    expect(outputs).toEqual({ y: { datatype: 'float32', shape: [3, 1], data: Float32Array.of(2, 3, 4) } })
    expect(inputs.x).toEqual(floats(4, 9, 16, 25).x)
    expect(micros).toBeGreaterThan(0)
    await executor.close()
  })

  it('runs again in the tensors given back', async () => {
    const executor = await open(fixture('root'))
    const first = await executor.run(floats(1, 4), 2)
    const data = first.inputs.x!.data as Float32Array
    data.set([9, 16])
    const { outputs } = await executor.run(first.inputs, 2)
    expect(outputs.y!.data).toEqual(Float32Array.of(3, 4))
    await executor.close()
  })

  it('carries every datatype', async () => {
    const { inputs: specs } = (await signatureOf('datatypes')) as Signature
    const executor = await open(fixture('datatypes'))
    const tensors = allocateTensors(specs, 2)
    ;(tensors.string!.data as string[])[3] = 'ünï'
    ;(tensors.int64!.data as BigInt64Array)[3] = -(2n ** 62n)
    ;(tensors.bool!.data as Uint8Array)[3] = 1
    const { outputs } = await executor.run(tensors, 2)
    expect(outputs.string_out!.data).toEqual(['', '', '', 'ünï'])
    expect(outputs.int64_out!.data).toEqual(BigInt64Array.of(0n, 0n, 0n, -(2n ** 62n)))
    expect(outputs.bool_out).toMatchObject({ datatype: 'bool', data: Uint8Array.of(0, 0, 0, 1) })
    await executor.close()
  })

  it('keeps answers apart that are under way together', async () => {
    const executor = await open(fixture('root'))
    const runs = [1, 4, 9, 16, 25, 36].map((value) => executor.run(floats(value), 1))
    const answers = await Promise.all(runs)
    expect(answers.map(({ outputs }) => (outputs.y!.data as Float32Array)[0])).toEqual([1, 2, 3, 4, 5, 6])
    await executor.close()
  })

  it("rejects with the runtime's error and serves on", async () => {
    const executor = await open(fixture('lookup'))
    const index = (value: bigint): TensorSet => ({
      index: { datatype: 'int64', shape: [1, 1], data: BigInt64Array.of(value) },
    })
    await expect(executor.run(index(9n), 1)).rejects.toThrow('out of data bounds')
    const { outputs } = await executor.run(index(1n), 1)
    expect(outputs.y!.data).toEqual(Float32Array.of(20))
    await executor.close()
  })

  it('cannot be opened on a file that is not a model', async () => {
    await expect(open(fixture('corrupt'))).rejects.toThrow('Protobuf parsing failed')
  })

  it(`says where it runs (${name})`, async () => {
    const executor = await open(fixture('root'))
    expect(executor.placement).toBe(name === 'inline' ? 'inline' : 'worker')
    expect(executor.slots).toBeGreaterThanOrEqual(executor.sessions)
    await executor.close()
  })
})

describe('worker threads', () => {
  it('fail their runs when they end, and are replaced with their sessions', async () => {
    const pool = newPool(1)
    const [root, slow] = await Promise.all(
      ['root', 'slow'].map((name) => pool.open(name, { path: fixture(name), options: SESSION })),
    )
    crash(pool)
    await expect(slow!.run(floats(1), 1)).rejects.toThrow(LostWorkerError)
    const answers = await Promise.all([root!.run(floats(4), 1), slow!.run(floats(1), 1)])
    expect((answers[0].outputs.y!.data as Float32Array)[0]).toBe(2)
    expect((answers[1].outputs.y!.data as Float32Array)[0]).toBeCloseTo(1, 3)
  })

  it('are given up when they do not answer in time', async () => {
    const clock = new FakeClock()
    const slow = await newPool(1, clock).open('slow', { path: fixture('slow'), options: SESSION })
    const running = slow.run(floats(1), 1)
    clock.advance(LIMITS.runTimeoutMs)
    await expect(running).rejects.toThrow('no answer within 1000 ms')
    expect((await slow.run(floats(1), 1)).outputs.y!.data).toHaveLength(1)
  })

  it('do not disturb each other', async () => {
    const pool = newPool(2)
    const slow = await pool.open('slow', { path: fixture('slow'), options: SESSION })
    crash(pool)
    const runs = await Promise.allSettled([slow.run(floats(1), 1), slow.run(floats(1), 1)])
    expect(runs.map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
  })

  it('leave the process alive when they are given up in the middle of a run', async () => {
    for (let round = 0; round < 8; round++) {
      const clock = new FakeClock()
      const slow = await newPool(1, clock).open('slow', { path: fixture('slow'), options: SESSION })
      const first = slow.run(floats(1), 1)
      const second = expect(slow.run(floats(1), 1)).rejects.toThrow(LostWorkerError)
      await first
      clock.advance(LIMITS.runTimeoutMs)
      await second
    }
  })
})

/** A message that its handler cannot bear ends the first thread, as any bug in it would. */
function crash(pool: WorkerPool): void {
  pool.seats[0]!.thread.worker.postMessage(null)
}

async function signatureOf(name: string): Promise<Signature> {
  const session = await openSession(fixture(name), SESSION)
  await session.close()
  return session.signature
}
