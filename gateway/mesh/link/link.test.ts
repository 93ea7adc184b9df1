import { type Duplex, duplexPair } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { EVERY_PART, type LinkAnswer, writeAnswers } from '../../../shared/mesh/link/answer.js'
import { bareFrame, FRAME } from '../../../shared/mesh/link/frame.js'
import { FrameReader } from '../../../shared/mesh/link/frame-reader.js'
import { readLetter } from '../../../shared/mesh/link/letter.js'
import type { Letter, Sender } from '../wire/carrier.js'
import { Failure, type Outcome } from '../wire/part.js'
import { Link } from './link.js'

const GOOD = '{"data":{"ok":true}}'

/** A replica at the other end of a link, and what the gateway was told. */
class Peer {
  readonly letters: { readonly number: number; readonly body: string; readonly identity: string }[] = []
  isClosed = false
  readonly link: Link
  private readonly far: Duplex

  constructor() {
    const [near, far] = duplexPair()
    this.far = far
    this.link = new Link(near, 'risk')
    const reader = new FrameReader(1_000_000, (_kind, number, content) => {
      const { body, identity } = readLetter(content)!
      this.letters.push({ number, body: body.toString(), identity })
    })
    far.on('data', (chunk: Buffer) => reader.push(chunk))
    near.once('close', () => {
      this.isClosed = true
    })
  }

  /** Posts a letter of so many parts; answers what it comes to, and how to break it off. */
  post(parts = 1) {
    const told = new Told()
    const breakOff = this.link.carry(letterOf(parts), told)
    return { told, breakOff }
  }

  async answer(...answers: Partial<LinkAnswer>[]): Promise<void> {
    const whole = { letter: 1, part: 0, status: 200, failed: false, served: '', text: GOOD }
    await this.say(writeAnswers(answers.map((answer) => ({ ...whole, ...answer }))))
  }

  async say(bytes: Buffer): Promise<void> {
    this.far.write(bytes)
    await turns()
  }

  async breakOff(): Promise<void> {
    this.far.end()
    await turns()
  }
}

class Told implements Sender {
  readonly outcomes: Outcome[] = []
  readonly parts: number[] = []
  failure: Failure | undefined

  answered(part: number, outcome: Outcome): void {
    this.parts.push(part)
    this.outcomes.push(outcome)
  }

  failed(failure: Failure): void {
    this.failure = failure
  }
}

function letterOf(parts: number): Letter {
  const body = Buffer.from(JSON.stringify(Array.from({ length: parts }, () => ({ query: '{ ok }' }))))
  return { parts, body: [body], bodyBytes: body.length, identity: 'gateway', deadline: '500', requestId: 'r-1' }
}

/** What crosses a pair of streams arrives some turns later. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate)
}

describe('a link', () => {
  it('brings letters, and answers to their parts in whatever order and pieces they come', async () => {
    const peer = new Peer()
    const first = peer.post(2)
    const second = peer.post()
    await turns()
    expect(peer.letters.map(({ number, identity }) => [number, identity])).toEqual([
      [1, 'gateway'],
      [2, 'gateway'],
    ])
    expect(JSON.parse(peer.letters[0]!.body)).toHaveLength(2)
    await peer.answer({ letter: 2, served: '[["risk",3,2,0]]' }, { part: 1 })
    expect([first.told.parts, second.told.parts]).toEqual([[1], [0]])
    const [answer] = second.told.outcomes
    expect(answer).toMatchObject({ served: [['risk', 3, 2, 0]], bytes: Buffer.from(GOOD) })
    const last = writeAnswers([{ letter: 1, part: 0, status: 200, failed: false, served: '', text: GOOD }])
    await peer.say(last.subarray(0, 12))
    expect(first.told.parts).toEqual([1])
    await peer.say(last.subarray(12))
    expect(first.told.parts).toEqual([1, 0])
  })

  it('brings a refusal of the whole to every part that has no answer', async () => {
    const peer = new Peer()
    const { told } = peer.post(2)
    const text = '{"errors":[{"message":"who are you"}]}'
    await peer.answer({ part: EVERY_PART, status: 401, failed: true, text })
    expect(told.parts).toEqual([0, 1])
    expect(told.outcomes[0]).toMatchObject({ bytes: undefined })
  })

  it('tells of a part that is overloaded, unwell or no GraphQL at all', async () => {
    const peer = new Peer()
    const { told } = peer.post(3)
    const overloaded = '{"errors":[{"message":"m","extensions":{"code":"OVERLOADED","retryAfterMs":9}}]}'
    await peer.answer(
      { part: 0, failed: true, status: 503, text: overloaded },
      { part: 1, failed: true, status: 503, text: '{"errors":[{"message":"draining"}]}' },
      { part: 2, failed: true, text: 'oops' },
    )
    const kinds = told.outcomes.map((outcome) => outcome instanceof Failure && outcome.kind)
    expect(kinds).toEqual(['overloaded', 'unfit', 'unfit'])
  })

  it('says nothing to those who wait no longer, nor of what nobody asked', async () => {
    const peer = new Peer()
    const { told, breakOff } = peer.post()
    const other = peer.post()
    await peer.answer({ letter: 99 })
    breakOff()
    await peer.answer({ letter: 1 }, { letter: 2, part: 7 }, { letter: 2, served: 'nonsense' })
    expect(told.outcomes).toEqual([])
    expect(other.told.parts).toEqual([7])
    expect(peer.link.isOpen).toBe(true)
  })

  it('takes no letters once the replica closes it, and ends with the last answer', async () => {
    const peer = new Peer()
    const { told } = peer.post()
    await peer.say(bareFrame(FRAME.CLOSING))
    expect([peer.link.isOpen, peer.isClosed]).toEqual([false, false])
    await peer.answer({})
    expect([told.parts, peer.isClosed]).toEqual([[0], true])
  })

  it('ends at once when it is closed without letters', async () => {
    const peer = new Peer()
    peer.link.close()
    await turns()
    expect([peer.link.isOpen, peer.isClosed]).toEqual([false, true])
  })

  it('that breaks fails the letters that wait', async () => {
    const peer = new Peer()
    const { told } = peer.post()
    await peer.breakOff()
    expect(told.failure).toMatchObject({ kind: 'broken', reason: 'broke the connection' })
    expect(peer.link.isOpen).toBe(false)
  })

  it.each([
    ['bytes that are no frame', Buffer.from('<html>')],
    ['a frame that is no answer', bareFrame(FRAME.ANSWER)],
    ['a frame of a kind it does not know', bareFrame(200)],
  ])('breaks on %s', async (_what, bytes) => {
    const peer = new Peer()
    const { told } = peer.post()
    await peer.say(bytes)
    expect([told.failure?.kind, peer.link.isOpen, peer.isClosed]).toEqual(['broken', false, true])
  })

  it('on which nothing came since a letter that was broken off is given no more of them', async () => {
    const peer = new Peer()
    const quick = peer.post()
    const slow = peer.post()
    await peer.answer({ letter: 1 })
    const silent = peer.post()
    slow.breakOff()
    expect([quick.told.parts, peer.link.isOpen]).toEqual([[0], true])
    silent.breakOff()
    await turns()
    expect([peer.link.isOpen, peer.isClosed]).toEqual([false, true])
  })
})
