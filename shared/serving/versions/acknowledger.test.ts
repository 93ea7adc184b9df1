import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { ControlClient } from '../../control/client.js'
import type { Acknowledgement } from '../../control/protocol.js'
import { Breakers } from '../../rollout/breaker.js'
import { createLog } from '../../telemetry/log.js'
import { RoutingTable } from '../predict/routing-table.js'
import { Acknowledger } from './acknowledger.js'
import type { Deployer } from './deployer.js'

function acknowledger(client: Pick<ControlClient, 'acknowledge'>, signal = new AbortController().signal) {
  const routing = new RoutingTable(new Breakers({ failures: 1, openMs: 1, monotonic: () => 0 }), () => 0)
  const versions = new Map([[1, { id: 'risk@1', loaded: true }]])
  routing.switch('risk', { champion: 1, aliases: { champion: 1 }, versions })
  const deployer = { current: [{ model: 'risk' }], failureOf: () => undefined } as unknown as Deployer
  const waits: (() => void)[] = []
  const pause = () => new Promise<void>((resolve) => waits.push(resolve))
  const log = createLog('test', 'silent')
  const options = { client: client as ControlClient, deployer, routing, replica: 'r1', log, signal, pause }
  return { acknowledger: new Acknowledger(options), waits }
}

describe('an acknowledger', () => {
  it('tells one thing after the other, so that the last word is the newest', async () => {
    const ends: (() => void)[] = []
    const client = { acknowledge: () => new Promise<void>((resolve) => ends.push(resolve)) }
    const { acknowledger: told } = acknowledger(client)
    const both = [told.tell(), told.tell()]
    await setImmediate()
    expect(ends).toHaveLength(1)
    ends[0]!()
    await both[0]
    await setImmediate()
    expect(ends).toHaveLength(2)
    ends[1]!()
    await both[1]
  })

  it('goes on telling while the registry is away, until it is stopped', async () => {
    const stopping = new AbortController()
    const told: Omit<Acknowledgement, 'environment'>[] = []
    const client = {
      async acknowledge(said: Omit<Acknowledgement, 'environment'>) {
        told.push(said)
        if (told.length === 1) throw new Error('The registry is away.')
      },
    }
    const { acknowledger: telling, waits } = acknowledger(client, stopping.signal)
    const repeated = telling.repeat()
    for (const rounds of [1, 2]) {
      waits.shift()!()
      await setImmediate()
      expect(told).toHaveLength(rounds)
    }
    expect(told[1]).toEqual({ replica: 'r1', models: [{ model: 'risk', revision: 0, ready: [1], failed: [] }] })
    stopping.abort()
    waits.shift()!()
    await repeated
    expect(told).toHaveLength(2)
  })
})
