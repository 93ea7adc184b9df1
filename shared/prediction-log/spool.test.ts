import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { frameOf, readFrames } from './frame.js'
import { Spool } from './spool.js'

const text = fc.string({ minLength: 1, unit: 'grapheme' })
/** A frame with this text as its head, and more than that in it. */
const framed = (head: string) => frameOf(head, Float64Array.of(head.length, Number.NaN), head.toUpperCase())
const headsOf = (bytes: Buffer) => readFrames(bytes).frames.map(({ head }) => head.toString())

describe('the frames of a segment', () => {
  it('cut at any byte are the whole ones before it, in order', () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 8 }), fc.nat(), (texts, cut) => {
        const frames = texts.map(framed)
        const bytes = Buffer.concat(frames)
        const at = cut % (bytes.length + 1)
        const whole = texts.filter((_, place) => Buffer.concat(frames.slice(0, place + 1)).length <= at)
        const read = readFrames(bytes.subarray(0, at))
        expect(read.frames.map(({ head }) => head.toString())).toEqual(whole)
        expect(read.damagedBytes).toBe(at - Buffer.concat(frames.slice(0, whole.length)).length)
      }),
    )
  })

  it('with any one byte changed are the others, in order', () => {
    fc.assert(
      fc.property(
        fc.array(text, { minLength: 1, maxLength: 5 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (texts, at, by) => {
          const frames = texts.map(framed)
          const bytes = Buffer.concat(frames)
          const place = at % bytes.length
          bytes[place] = bytes[place]! ^ by
          const ends = frames.map((_, index) => Buffer.concat(frames.slice(0, index + 1)).length)
          const hit = ends.findIndex((end) => place < end)
          expect(headsOf(bytes)).toEqual(texts.filter((_, index) => index !== hit))
        },
      ),
    )
  })
})

describe('a spool', () => {
  it('gives back everything once and in order, wherever the process was killed while it wrote', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(text, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 20, max: 200 }),
        fc.nat(),
        async (texts, segmentBytes, cut) => {
          const folder = mkdtempSync(join(tmpdir(), 'spool-'))
          try {
            const killed = await Spool.open({ folder, limitBytes: 1e9, segmentBytes })
            for (const one of texts) await killed.append([framed(one)])
            await killed.close()
            const lost = cutLast(folder, await killed.oldest(), cut)
            const found = await everything(await Spool.open({ folder, limitBytes: 1e9, segmentBytes }))
            expect(found).toEqual(texts.slice(0, found.length))
            expect(texts.length - found.length).toBeLessThanOrEqual(lost)
          } finally {
            rmSync(folder, { recursive: true })
          }
        },
      ),
      { numRuns: 60 },
    )
  })

  it('keeps within its bound, and its files to their owner', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'spool-'))
    const frame = framed('x'.repeat(50))
    const spool = await Spool.open({ folder: join(folder, 'spool'), limitBytes: 400 })
    expect(await spool.append([frame])).toBe(1)
    expect(await spool.append([frame, frame])).toBe(1)
    expect(spool.bytes).toBe(2 * frame.length)
    const oldest = (await spool.oldest())!
    expect(statSync(oldest.path).mode & 0o777).toBe(0o600)
    expect(statSync(join(folder, 'spool')).mode & 0o777).toBe(0o700)
    await spool.remove(oldest)
    expect(spool.bytes).toBe(0)
    expect(await spool.append([frame])).toBe(1)
    await spool.close()
    rmSync(folder, { recursive: true })
  })
})

/** Cuts the newest segment as a kill in the middle of its last write would; answers how many frames that costs at most. */
function cutLast(folder: string, oldest: { path: string } | undefined, cut: number): number {
  const newest = newestOf(folder) ?? oldest!.path
  const bytes = readFileSync(newest)
  const kept = cut % (bytes.length + 1)
  writeFileSync(newest, bytes.subarray(0, kept))
  return headsOf(bytes).length - headsOf(bytes.subarray(0, kept)).length
}

function newestOf(folder: string): string | undefined {
  const name = readNames(folder).at(-1)
  return name === undefined ? undefined : join(folder, name)
}

function readNames(folder: string): string[] {
  return readdirSync(folder).sort()
}

async function everything(spool: Spool): Promise<string[]> {
  const found: string[] = []
  for (let segment = await spool.oldest(); segment; segment = await spool.oldest()) {
    found.push(...headsOf((await spool.read(segment)).bytes))
    await spool.remove(segment)
  }
  return found
}
