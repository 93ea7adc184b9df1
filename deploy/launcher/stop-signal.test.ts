import { EventEmitter } from 'node:events'
import { describe, expect, it, vi } from 'vitest'
import { stopSignal, watchParent } from './stop-signal.js'

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

describe('watchParent', () => {
  it('tells once when the parent has gone', () => {
    vi.useFakeTimers()
    const source = new FakeProcess()
    const gone = vi.fn()
    watchParent(source, gone)
    vi.advanceTimersByTime(10_000)
    expect(gone).not.toHaveBeenCalled()
    source.ppid = 1
    vi.advanceTimersByTime(10_000)
    expect(gone).toHaveBeenCalledOnce()
    vi.useRealTimers()
  })
})
