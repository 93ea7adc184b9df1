import { describe, expect, it } from 'vitest'
import { Gate } from './gate.js'

/** A task that runs until it is told to end. */
function task() {
  let end: () => void = () => {}
  let started = false
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  const run = async () => {
    started = true
    await ended
  }
  return { run, end: () => end(), hasStarted: () => started }
}

describe('Gate', () => {
  it('runs as many at once as it may, the others in the order they came', async () => {
    const gate = new Gate(2, 10)
    const tasks = [task(), task(), task(), task()] as const
    const runs = tasks.map(({ run }) => gate.run(run))
    const started = () => tasks.map(({ hasStarted }) => hasStarted())
    await Promise.resolve()
    expect(started()).toEqual([true, true, false, false])
    tasks[1].end()
    await runs[1]
    await new Promise(setImmediate)
    expect(started()).toEqual([true, true, true, false])
    for (const { end } of tasks) end()
    await Promise.all(runs)
    expect(started()).toEqual([true, true, true, true])
  })

  it('gives its place back when a task fails', async () => {
    const gate = new Gate(1, 1)
    await expect(gate.run(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
    await expect(gate.run(async () => 'fine')).resolves.toBe('fine')
  })

  it('refuses at once what would wait behind too many', async () => {
    const gate = new Gate(1, 1)
    const first = task()
    const runs = [gate.run(first.run), gate.run(async () => {})]
    await expect(gate.run(async () => {})).rejects.toMatchObject({ code: 'OVERLOADED' })
    first.end()
    await Promise.all(runs)
  })
})
