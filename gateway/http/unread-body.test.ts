import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { discardRest } from './unread-body.js'

const LIMITS = { bytes: 1_000, milliseconds: 5_000 }

describe('the rest of a refused body', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
  afterEach(() => void vi.useRealTimers())

  it('is taken until the client has sent it', async () => {
    const body = new PassThrough()
    const discarded = discardRest(body, LIMITS)
    body.write('x'.repeat(500))
    body.end()
    await discarded
    expect(vi.getTimerCount()).toBe(0)
  })

  it.each([
    ['is larger than the limit', (body: PassThrough) => body.write('x'.repeat(1_001))],
    ['comes too slowly', () => vi.advanceTimersByTime(5_000)],
    ['breaks off', (body: PassThrough) => body.destroy(new Error('reset'))],
  ])('is given up when it %s', async (_why, act: (body: PassThrough) => unknown) => {
    const body = new PassThrough()
    const discarded = discardRest(body, LIMITS)
    act(body)
    await discarded
    expect(vi.getTimerCount()).toBe(0)
  })
})
