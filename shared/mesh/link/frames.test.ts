import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EVERY_PART, type LinkAnswer, type ReadAnswer, readAnswer, writeAnswers } from './answer.js'
import { bareFrame, CONTENT_AT, FRAME } from './frame.js'
import { FrameError, FrameReader } from './frame-reader.js'
import { readLetter, type WrittenLetter, writeLetter } from './letter.js'

const ROOM = 1_000_000

type Frame = readonly [kind: number, letter: number, content: Buffer]

/** Reads bytes that come cut at these places. */
function framesIn(bytes: Buffer, cuts: readonly number[] = []): Frame[] {
  const frames: Frame[] = []
  const reader = new FrameReader(ROOM, (...frame) => void frames.push(frame))
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b)
  let start = 0
  for (const end of ends) {
    if (end > start) reader.push(bytes.subarray(start, end))
    start = end
  }
  return frames
}

const number = fc.nat(0xffff_ffff)
const visible = fc.string({ unit: 'grapheme-ascii', maxLength: 40 })
const letters = fc.array(
  fc.record({
    number,
    identity: visible,
    deadline: visible,
    requestId: visible,
    body: fc.uint8Array({ maxLength: 300 }),
  }),
  { minLength: 1, maxLength: 5 },
)
const answers = fc.array(
  fc.record({
    letter: number,
    part: fc.nat(EVERY_PART),
    status: fc.integer({ min: 100, max: 599 }),
    failed: fc.boolean(),
    served: fc.string({ unit: 'binary' }),
    text: fc.string({ unit: 'binary', maxLength: 200 }),
  }),
  { minLength: 1, maxLength: 5 },
)
const cuts = fc.array(fc.nat(5_000), { maxLength: 12 })

const written = (body: Buffer, head: Partial<WrittenLetter> = {}): WrittenLetter => ({
  identity: 'who.when.mac',
  deadline: '500',
  requestId: 'r-1',
  body: [body],
  bodyBytes: body.length,
  ...head,
})

describe('frames', () => {
  it('bring letters as they were written, wherever what came was cut', () => {
    fc.assert(
      fc.property(letters, cuts, (given, at) => {
        const frames = given.map(({ number, body, ...head }) => {
          const bytes = Buffer.from(body)
          const pieces = [bytes.subarray(0, 7), bytes.subarray(7)]
          return writeLetter(number, { ...written(bytes, head), body: pieces })
        })
        const read = framesIn(Buffer.concat(frames), at)
        expect(read.map(([kind, number]) => [kind, number])).toEqual(given.map(({ number }) => [FRAME.LETTER, number]))
        expect(read.map(([, , content]) => readLetter(content))).toEqual(
          given.map(({ number: _, body, ...head }) => ({ ...head, body: Buffer.from(body) })),
        )
      }),
    )
  })

  it('bring answers as they were written, wherever what came was cut', () => {
    fc.assert(
      fc.property(answers, cuts, (given, at) => {
        const read = framesIn(writeAnswers(given), at)
        expect(read.map(([, letter, content]) => asWritten(letter, readAnswer(content)!))).toEqual(given)
      }),
    )
  })

  it('are what the protocol says, byte by byte', () => {
    expect(writeLetter(7, written(Buffer.from('{}'))).toString('latin1')).toBe(
      '\0\0\0\x1d\x01\0\0\0\x07\0\x14who.when.mac\n500\nr-1{}',
    )
    const answer = { letter: 7, part: 1, status: 200, failed: true, served: '[]', text: '{"é":1}' }
    expect(writeAnswers([answer]).toString('latin1')).toBe(
      '\0\0\0\x18\x02\0\0\0\x07\0\x01\0\xc8\x01\0\0\0\x02[]{"\xc3\xa9":1}',
    )
    expect(bareFrame(FRAME.CLOSING)).toEqual(Buffer.from([0, 0, 0, 5, 3, 0, 0, 0, 0]))
  })

  it('that are none are refused, and nothing else is thrown', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), cuts, (bytes, at) => {
        try {
          for (const [, , content] of framesIn(Buffer.from(bytes), at)) {
            readLetter(content)
            readAnswer(content)
          }
        } catch (error) {
          expect(error).toBeInstanceOf(FrameError)
        }
      }),
      { numRuns: 1_000 },
    )
  })

  it('are refused by what they say, before they are held', () => {
    const long = Buffer.from([0, 0x10, 0, 0, 1])
    expect(() => framesIn(long)).toThrow(`A frame has 1048580 bytes; at most ${ROOM} are taken.`)
    expect(() => framesIn(Buffer.from([0, 0, 0, 4, 1, 0, 0, 0]))).toThrow('A frame of 8 bytes is none.')
  })

  it.each([
    ['no content', ''],
    ['a head that is longer than it', '\0\x09a\nb\nc'],
    ['a head of two lines', '\0\x03a\nb'],
    ['a head of four lines', '\0\x07a\nb\nc\nd'],
  ])('with %s are no letters', (_what, content) => {
    expect(readLetter(Buffer.from(content, 'latin1'))).toBeUndefined()
  })

  it('that end before what was served does are no answers', () => {
    const [frame] = [writeAnswers([{ letter: 1, part: 0, status: 200, failed: false, served: '[1]', text: '' }])]
    const content = frame.subarray(CONTENT_AT)
    expect(readAnswer(content)).toMatchObject({ served: '[1]' })
    expect(readAnswer(content.subarray(0, -1))).toBeUndefined()
    expect(readAnswer(content.subarray(0, 8))).toBeUndefined()
  })
})

function asWritten(letter: number, { bytes, ...answer }: ReadAnswer): LinkAnswer {
  return { letter, ...answer, text: bytes.toString() }
}
