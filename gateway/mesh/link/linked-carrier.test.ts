import { once } from 'node:events'
import { type Duplex, duplexPair } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { verifyIdentity } from '../../../shared/identity/signing.js'
import { writeAnswers } from '../../../shared/mesh/link/answer.js'
import { FrameReader } from '../../../shared/mesh/link/frame-reader.js'
import { MAX_LETTER_BYTES, readLetter } from '../../../shared/mesh/link/letter.js'
import { LINK_HEADER, LINK_PROTOCOL, PARTS_HEADER } from '../../../shared/mesh/protocol.js'
import { MeshBench, RISK } from '../../testing/mesh-bench.js'

const SECRET = 'the mesh secret of the mesh tests'
const OFFER = { [LINK_HEADER]: LINK_PROTOCOL, [PARTS_HEADER]: '11' }
const TEXT = '{"data":{"by":"link"}}'

/** A mesh whose one replica may offer links; the test holds their other ends. */
class LinkBench extends MeshBench {
  readonly opened: { readonly url: string; readonly identity: string }[] = []
  readonly letters: number[] = []
  near: Duplex | undefined
  far: Duplex | undefined
  isRefusing = false

  constructor() {
    super({
      openLink: async (url, identity) => {
        this.opened.push({ url, identity })
        if (this.isRefusing) throw new Error('no links here')
        return this.pair()
      },
    })
  }

  registered(): this {
    this.mesh.useReplicas(new Map([['risk', [RISK.url]]]))
    return this
  }

  /** One fetch over HTTP, by whose answer the replica offers links. */
  async offered(): Promise<this> {
    this.fetch()
    this.sent()[0]!.answer('{"data":{}}', OFFER)
    await this.arrive()
    return this
  }

  async arrive(): Promise<void> {
    for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate)
  }

  private pair(): Duplex {
    const [near, far] = duplexPair()
    this.near = near
    this.far = far
    const reader = new FrameReader(1_000_000, (_kind, letter, content) => {
      this.letters.push(letter)
      const { length } = [JSON.parse(readLetter(content)!.body.toString())].flat()
      const parts = Array.from({ length }, (_, part) => part)
      far.write(
        writeAnswers(parts.map((part) => ({ letter, part, status: 200, failed: false, served: '', text: TEXT }))),
      )
    })
    far.on('data', (chunk: Buffer) => reader.push(chunk))
    return near
  }
}

describe('a replica that offers links', () => {
  it('is asked over one from then on, by the gateway that proves to be it', async () => {
    const bench = await new LinkBench().registered().offered()
    const { url, identity } = bench.opened[0]!
    expect(url).toBe(RISK.url)
    const signed = { audience: 'risk', body: '', now: bench.time.now() }
    expect(verifyIdentity(identity, signed, SECRET)).toMatchObject({ subject: 'service:gateway' })
    const fetched = [bench.fetch(), bench.fetch()]
    expect(bench.sent()).toEqual([])
    await bench.arrive()
    expect(fetched.map(({ answer }) => answer?.read().data)).toEqual([{ by: 'link' }, { by: 'link' }])
    expect([bench.letters, bench.counters.linkedReplicas, bench.opened.length]).toEqual([[1], 1, 1])
  })

  it('is sent a letter in the middle of a turn when it is full', async () => {
    const bench = await new LinkBench().registered().offered()
    for (let n = 0; n < 15; n++) bench.fetch()
    await bench.arrive()
    expect(bench.letters).toEqual([])
    for (let n = 0; n < 5; n++) bench.fetch()
    await bench.arrive()
    expect(bench.letters).toEqual([1])
    bench.sent()
    await bench.arrive()
    expect(bench.letters).toEqual([1, 2])
  })

  it('is asked over HTTP what is too large for a letter', async () => {
    const bench = await new LinkBench().registered().offered()
    bench.fetch({ variables: JSON.stringify({ image: 'x'.repeat(MAX_LETTER_BYTES) }) })
    expect(bench.sent()).toHaveLength(1)
  })

  it('is given none where it is not known to be one process', async () => {
    const bench = await new LinkBench().offered()
    bench.fetch()
    expect([bench.opened.length, bench.sent().length]).toEqual([0, 1])
  })

  it('is asked over HTTP when the link fails to open, which is tried again some time later', async () => {
    const bench = new LinkBench().registered()
    bench.isRefusing = true
    await bench.offered()
    bench.time.advance(9_999)
    await bench.offered()
    expect(bench.opened).toHaveLength(1)
    expect(bench.lines).toMatchObject([{ url: RISK.url, msg: expect.stringContaining('going on over HTTP') }])
    bench.time.advance(1)
    bench.isRefusing = false
    await bench.offered()
    expect([bench.opened.length, bench.counters.linkedReplicas]).toEqual([2, 1])
  })

  it('is asked over HTTP when the link broke, and over another when it offers one again', async () => {
    const bench = await new LinkBench().registered().offered()
    bench.far!.end()
    await bench.arrive()
    expect(bench.counters.linkedReplicas).toBe(0)
    await bench.offered()
    expect([bench.opened.length, bench.counters.linkedReplicas]).toEqual([2, 1])
  })

  it('is asked again when the link broke under a query', async () => {
    const bench = await new LinkBench().registered().offered()
    bench.far!.removeAllListeners('data')
    const fetched = bench.fetch()
    bench.sent()
    bench.far!.end()
    await bench.arrive()
    bench.sent()[0]!.succeed()
    await bench.settle()
    expect(fetched.answer?.read().data).toEqual({ ok: true })
    expect(bench.counters).toMatchObject({ retries: 1, fetches: { unavailable: 0 } })
  })

  it.each([
    ['that is gone', (bench: LinkBench) => bench.mesh.keepOnly([])],
    ['of a mesh that stops', (bench: LinkBench) => bench.mesh.drain()],
  ])('%s has its link ended', async (_what, end) => {
    const bench = await new LinkBench().registered().offered()
    const ended = once(bench.near!, 'close')
    await end(bench)
    await ended
  })
})
