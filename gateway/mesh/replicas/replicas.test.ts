import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { PolledReplicas } from '../../../shared/control/client.js'
import type { Replica } from '../../../shared/control/replicas.js'
import { createLog } from '../../../shared/telemetry/log.js'
import { ReplicaFollower } from './replica-follower.js'
import { ReplicaMemory } from './replica-memory.js'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'replicas-'))
})
afterEach(() => rm(folder, { recursive: true }))

const replica = (subgraph: string, name: string): Replica => ({
  subgraph,
  replica: name,
  url: `http://${name}.invalid/graphql`,
  startedAt: 1,
})

/** A follower, and the registry as the test lets it be: each answer is waited for by one poll. */
class Following {
  readonly polls: { etag?: string | undefined; waitMs?: number }[] = []
  readonly used: Record<string, readonly string[]>[] = []
  readonly lines: Record<string, unknown>[] = []
  readonly pauses: number[] = []
  private wake = (): void => {}
  readonly follower: ReplicaFollower

  constructor(
    private readonly answers: (PolledReplicas | 'unchanged' | Error)[],
    readonly memory = new ReplicaMemory(folder, 'test'),
  ) {
    this.follower = new ReplicaFollower({
      registry: { replicas: (poll = {}) => this.answer(poll) },
      memory,
      use: (urls) => void this.used.push(Object.fromEntries(urls)),
      pause: (ms, signal) => this.pause(ms, signal),
      log: createLog('replicas', 'info', { write: (line) => void this.lines.push(JSON.parse(line)) }),
    })
  }

  /** Lets one more poll happen and waits for its end. */
  async next(): Promise<void> {
    const paused = this.pauses.length
    this.wake()
    while (this.pauses.length === paused) await new Promise(setImmediate)
  }

  private async answer({ etag, waitMs }: { etag?: string | undefined; waitMs?: number }) {
    this.polls.push({ etag, waitMs: waitMs! })
    const next = this.answers.shift() ?? 'unchanged'
    if (next instanceof Error) throw next
    return next
  }

  private pause(ms: number, signal: AbortSignal): Promise<void> {
    this.pauses.push(ms)
    return new Promise((resolve) => {
      this.wake = resolve
      signal.addEventListener('abort', () => resolve())
    })
  }
}

const listed = (etag: string, ...replicas: Replica[]): PolledReplicas => ({
  etag,
  replicas: { environment: 'test', replicas },
})

describe('a gateway that follows the replicas', () => {
  it('uses what the registry knows, by subgraph, and waits for changes', async () => {
    const first = listed('"1"', replica('fraud', 'a'), replica('vision', 'c'), replica('fraud', 'b'))
    const following = new Following([first, 'unchanged', listed('"2"')])
    await following.follower.start()
    await following.next()
    await following.next()
    const fraud = ['http://a.invalid/graphql', 'http://b.invalid/graphql']
    expect(following.used).toEqual([{ fraud, vision: ['http://c.invalid/graphql'] }, {}])
    expect(following.polls).toEqual([
      { etag: undefined, waitMs: 0 },
      { etag: '"1"', waitMs: 20_000 },
      { etag: '"1"', waitMs: 20_000 },
    ])
    await following.follower.stop()
  })

  it('keeps the last list while the registry is down, and says so once', async () => {
    const away = new Error('away')
    const following = new Following([listed('"1"', replica('fraud', 'a')), away, away, 'unchanged'])
    await following.follower.start()
    for (let n = 0; n < 3; n++) await following.next()
    expect(following.used).toHaveLength(1)
    expect(following.pauses).toEqual([250, 1_000, 1_000, 250])
    expect(following.lines.map(({ msg }) => msg)).toEqual([
      'the registry tells of no replicas; going on with those known',
      'the registry tells of replicas again',
    ])
    await following.follower.stop()
  })

  it('starts with the list it remembers when the registry is down', async () => {
    const before = new Following([listed('"1"', replica('fraud', 'a'))])
    await before.follower.start()
    await before.follower.stop()
    const after = new Following([new Error('away')])
    await after.follower.start()
    await after.follower.stop()
    expect(after.used).toEqual([{ fraud: ['http://a.invalid/graphql'] }])
  })

  it('remembers nothing of another environment, and says what it cannot read', async () => {
    await new ReplicaMemory(folder, 'test').write({ environment: 'test', replicas: [replica('fraud', 'a')] })
    const other = new Following([new Error('away')], new ReplicaMemory(folder, 'production'))
    await other.follower.start()
    await other.follower.stop()
    expect(other.used).toEqual([])
    await writeFile(join(folder, 'replicas.json'), '{"environment": "te')
    const torn = new Following([new Error('away')])
    await torn.follower.start()
    await torn.follower.stop()
    expect(torn.used).toEqual([])
    expect(torn.lines.at(-1)?.msg).toBe('what is remembered of the replicas cannot be read')
  })
})
