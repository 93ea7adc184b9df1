import { describe, expect, it } from 'vitest'
import { Changes } from '../changes/changes.js'
import { pollUntilChanged } from './etag-poll.js'

const never = new AbortController().signal

function setting() {
  const changes = new Changes()
  const state = { value: 1, reads: 0, now: 0 }
  const read = async () => {
    state.reads += 1
    return { etag: String(state.value), value: state.value }
  }
  const options = { changes, lookMs: 60_000, now: () => state.now }
  return { changes, state, read, options }
}

describe('a long poll', () => {
  it('answers at once what the caller has not got', async () => {
    const { read, options } = setting()
    expect(await pollUntilChanged(read, { known: undefined, waitMs: 60_000, signal: never }, options)).toEqual({
      etag: '1',
      value: 1,
    })
  })

  it('does not wait when it may not', async () => {
    const { read, options, changes } = setting()
    expect(await pollUntilChanged(read, { known: '1', waitMs: 0, signal: never }, options)).toBeUndefined()
    expect(changes.waiting).toBe(0)
  })

  it('misses no change that happens while it reads', async () => {
    const { read, options, changes, state } = setting()
    const racing = async () => {
      const answer = await read()
      if (state.reads === 1) {
        state.value = 2
        changes.notify()
      }
      return answer
    }
    const answer = await pollUntilChanged(racing, { known: '1', waitMs: 60_000, signal: never }, options)
    expect(answer).toEqual({ etag: '2', value: 2 })
    expect(state.reads).toBe(2)
  })

  it('goes on waiting after a change that does not concern it, until the time is over', async () => {
    const { read, options, changes, state } = setting()
    const waiting = pollUntilChanged(read, { known: '1', waitMs: 1_000, signal: never }, options)
    while (changes.waiting === 0) await Promise.resolve()
    changes.notify()
    while (state.reads < 2 || changes.waiting === 0) await Promise.resolve()
    state.now = 1_000
    changes.notify()
    expect(await waiting).toBeUndefined()
    expect(changes.waiting).toBe(0)
  })

  it('ends when the caller goes', async () => {
    const { read, options, changes } = setting()
    const gone = new AbortController()
    const waiting = pollUntilChanged(read, { known: '1', waitMs: 60_000, signal: gone.signal }, options)
    while (changes.waiting === 0) await Promise.resolve()
    gone.abort()
    expect(await waiting).toBeUndefined()
    expect(changes.waiting).toBe(0)
  })
})
