import { spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { existsSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { parentOfShell, stopSignal, watchNpm } from './stop-signal.js'

class FakeProcess extends EventEmitter {
  readonly exits: number[] = []
  ppid = 100
  readonly exit = (code: number) => void this.exits.push(code)
}

describe('stopSignal', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'])('aborts on %s', (name) => {
    const source = new FakeProcess()
    const stop = stopSignal(source, () => 0)
    expect(stop.aborted).toBe(false)
    source.emit(name)
    expect([stop.aborted, source.exits]).toEqual([true, []])
  })

  it("takes npm's echo of a Ctrl-C for the same, and a later one for impatience", () => {
    const source = new FakeProcess()
    let now = 0
    stopSignal(source, () => now)
    source.emit('SIGINT')
    now = 1_000
    source.emit('SIGINT')
    expect(source.exits).toEqual([])
    now = 1_001
    source.emit('SIGINT')
    expect(source.exits).toEqual([1])
  })
})

describe('watchNpm', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it.each([
    ['npm', 1, 50],
    ['the shell between', 100, 1],
  ])('tells once when the parent that is %s has gone', (_which, ppid, grandparent) => {
    const source = new FakeProcess()
    const gone = vi.fn()
    let above = 50
    watchNpm(source, () => above, gone)
    vi.advanceTimersByTime(10_000)
    expect(gone).not.toHaveBeenCalled()
    source.ppid = ppid
    above = grandparent
    vi.advanceTimersByTime(10_000)
    expect(gone).toHaveBeenCalledOnce()
  })
})

describe('parentOfShell', () => {
  it('is known of a shell where there is /proc, and of nothing else', async () => {
    const shell = spawn('sh', ['-c', 'echo ready; read line; true'])
    await once(shell.stdout, 'data')
    expect(parentOfShell(shell.pid!)).toBe(existsSync('/proc/self/stat') ? process.pid : undefined)
    shell.stdin.end()
    expect(parentOfShell(process.pid)).toBeUndefined()
    expect(parentOfShell(2 ** 30)).toBeUndefined()
  })
})
