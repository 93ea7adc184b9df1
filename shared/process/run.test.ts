import { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import { ConfigError } from '../config/read.js'
import { type ReadyMessage, runProcess } from './run.js'

class FakeHost extends EventEmitter {
  readonly exits: number[] = []
  readonly said: ReadyMessage[] = []
  text = ''
  connected = true
  readonly stderr = {
    write: (text: string) => {
      this.text += text
    },
  }
  readonly exit = (code: number) => void this.exits.push(code)
  readonly send = (message: ReadyMessage) => void this.said.push(message)
}

const url = 'http://127.0.0.1:1'

describe('runProcess', () => {
  it.each(['SIGTERM', 'SIGINT', 'disconnect'])('says ready, then closes and exits 0 on %s', async (event) => {
    const host = new FakeHost()
    const steps: string[] = []
    const run = runProcess('sample', async () => ({ url, close: async () => void steps.push('closed') }), host)
    host.emit(event)
    await run
    expect([host.said, steps, host.exits]).toEqual([[{ type: 'ready', url }], ['closed'], [0]])
  })

  it('ends the start before it obeys a stop', async () => {
    const host = new FakeHost()
    const steps: string[] = []
    const run = runProcess(
      'sample',
      async () => {
        host.emit('SIGTERM')
        await Promise.resolve()
        steps.push('started')
        return { url, close: async () => void steps.push('closed') }
      },
      host,
    )
    await run
    expect(steps).toEqual(['started', 'closed'])
  })

  it('exits 1 at once on a second signal', async () => {
    const host = new FakeHost()
    let closed = () => {}
    const close = () =>
      new Promise<void>((done) => {
        closed = done
      })
    const run = runProcess('sample', async () => ({ url, close }), host)
    host.emit('SIGINT')
    host.emit('SIGINT')
    expect(host.exits).toEqual([1])
    await new Promise(setImmediate)
    closed()
    await run
  })

  it('does not talk to a parent that went while it was loaded, and ends', async () => {
    const host = new FakeHost()
    host.connected = false
    await runProcess('sample', async () => ({ url, close: async () => {} }), host)
    expect([host.said, host.exits]).toEqual([[], [0]])
  })

  it.each([
    [new ConfigError('The setting PORT is wrong: expected a number.'), 'sample: The setting PORT is wrong'],
    [new Error('first line\nsecond line'), 'sample failed: first line second line'],
  ])('turns a failed start into one sentence and exit code 1', async (error, start) => {
    const host = new FakeHost()
    await runProcess('sample', () => Promise.reject(error), host)
    expect(host.text.startsWith(start)).toBe(true)
    expect(host.text.trimEnd()).not.toContain('\n')
    expect(host.exits).toEqual([1])
  })
})
