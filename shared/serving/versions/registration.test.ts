import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { ReplicaReport } from '../../control/replicas.js'
import { createLog } from '../../telemetry/log.js'
import { endpointOf, Registration } from './registration.js'

const replica = { subgraph: 'risk', replica: 'r1', url: 'http://127.0.0.1:4010/graphql', startedAt: 1 }

describe('the registration of a replica', () => {
  it('is told again and again, through failures, and taken back at the end', async () => {
    const told: Omit<ReplicaReport, 'environment'>[] = []
    const lines: Record<string, unknown>[] = []
    const waits: (() => void)[] = []
    const client = {
      async reportReplica(report: Omit<ReplicaReport, 'environment'>) {
        told.push(report)
        if (told.length === 2 || told.length === 3) throw new Error('The registry is away.')
      },
    }
    const pause = (_ms: number, signal: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        waits.push(resolve)
        signal.addEventListener('abort', reject)
      })
    const log = createLog('test', 'info', { write: (line) => void lines.push(JSON.parse(line)) })
    const registration = new Registration({ client, replica, log, pause })
    for (let round = 0; round < 3; round++) {
      await setImmediate()
      waits.shift()!()
    }
    await setImmediate()
    expect(told).toEqual([replica, replica, replica, replica])
    expect(lines.map(({ msg }) => msg)).toEqual(['cannot tell the registry where this replica can be asked'])
    await registration.end()
    expect(told.at(-1)).toEqual({ ...replica, leaving: true })
    expect(told).toHaveLength(5)
  })

  it('names where the process listens, unless it is told another or listens everywhere', () => {
    expect(endpointOf('http://127.0.0.1:4010', undefined)).toBe('http://127.0.0.1:4010/graphql')
    expect(endpointOf('http://0.0.0.0:4010', undefined)).toBeUndefined()
    expect(endpointOf('http://[::]:4010', undefined)).toBeUndefined()
    expect(endpointOf('http://0.0.0.0:4010', 'http://10.0.0.7:4010')).toBe('http://10.0.0.7:4010/graphql')
  })
})
