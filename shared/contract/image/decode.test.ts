import sharp, { type Sharp } from 'sharp'
import { describe, expect, it } from 'vitest'
import type { ImageDeclaration } from '../declaration.js'
import { decodeImage } from './decode.js'
import { MAX_ENCODED_BYTES } from './limits.js'

const grey = (width: number, height: number, more: Partial<ImageDeclaration> = {}): ImageDeclaration => ({
  width,
  height,
  channels: 1,
  ...more,
})

/** A picture of grey samples. */
function picture(width: number, samples: readonly number[]): Sharp {
  const raw = { width, height: samples.length / width, channels: 1 } as const
  return sharp(Buffer.from(samples), { raw }).toColourspace('b-w')
}

async function base64(image: Sharp): Promise<string> {
  return (await image.png().toBuffer()).toString('base64')
}

function plain(width: number, height: number, background: string, channels: 3 | 4 = 3): Sharp {
  return sharp({ create: { width, height, channels, background } })
}

/** The bytes of a PNG with one chunk put in before the first IDAT; no checksum is looked at. */
function withChunk(png: Buffer, type: string, data: Buffer): Buffer {
  const at = png.indexOf('IDAT') - 4
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  return Buffer.concat([png.subarray(0, at), length, Buffer.from(type), data, Buffer.alloc(4), png.subarray(at)])
}

/** A PNG of one row whose header claims another width. */
async function claimingWidth(width: number): Promise<string> {
  const png = await plain(1, 1, '#fff').png().toBuffer()
  png.writeUInt32BE(width, 16)
  return png.toString('base64')
}

describe('decodeImage', () => {
  it('reads grey samples row by row, scaled to the range of the model', async () => {
    const image = await base64(picture(2, [0, 255, 51, 204]))
    expect([...(await decodeImage(image, grey(2, 2, { scale: 10 })))]).toEqual([0, 10, 2, 8])
  })

  it('resizes by area averaging, edges by the part that is covered', async () => {
    const image = await base64(picture(3, [0, 90, 240]))
    const [left, right] = await decodeImage(image, grey(2, 1, { scale: 255 }))
    expect(left).toBeCloseTo(30, 4)
    expect(right).toBeCloseTo(190, 4)
  })

  it('inverts dark ink on light paper when asked, or by itself', async () => {
    const ink = await base64(picture(3, [255, 255, 255, 255, 0, 255, 255, 255, 255]))
    const light = await base64(picture(3, [0, 0, 0, 0, 255, 0, 0, 0, 0]))
    const dot = [0, 0, 0, 0, 1, 0, 0, 0, 0]
    expect([...(await decodeImage(ink, grey(3, 3, { invert: 'auto' })))]).toEqual(dot)
    expect([...(await decodeImage(light, grey(3, 3, { invert: 'auto' })))]).toEqual(dot)
    expect([...(await decodeImage(ink, grey(3, 3, { invert: 'always' })))]).toEqual(dot)
    expect([...(await decodeImage(ink, grey(3, 3)))]).toEqual(dot.map((sample) => 1 - sample))
  })

  it('crops to what is light and centres it in the proportions of the target', async () => {
    const samples = new Array(100).fill(0)
    for (const [x, y] of [
      [6, 2],
      [6, 3],
      [6, 4],
      [6, 5],
    ] as const)
      samples[y * 10 + x] = 255
    const cropped = await decodeImage(await base64(picture(10, samples)), grey(4, 4, { crop: 'content' }))
    const line = [0, 0.5, 0.5, 0]
    expect([...cropped]).toEqual([...line, ...line, ...line, ...line])
  })

  it('crops a photograph on grey paper, which goes on beyond its edge', async () => {
    const samples = new Array(64).fill(180)
    for (const y of [2, 3, 4, 5]) samples[y * 8] = 0
    const target = grey(4, 4, { crop: 'content', invert: 'auto', scale: 255 })
    const cropped = await decodeImage(await base64(picture(8, samples)), target)
    const ground = 255 - 180
    const line = [ground, (ground + 255) / 2, (255 + ground) / 2, ground]
    expect([...cropped]).toEqual([...line, ...line, ...line, ...line])
  })

  it('leaves a picture without content as it is', async () => {
    const image = await base64(picture(2, [0, 0, 0, 0]))
    expect([...(await decodeImage(image, grey(1, 1, { crop: 'content' })))]).toEqual([0])
  })

  it('puts what is transparent on white', async () => {
    const clear = await base64(plain(2, 2, 'rgba(0, 0, 0, 0)', 4))
    expect([...(await decodeImage(clear, grey(1, 1)))]).toEqual([1])
  })

  it('reads colour with channels last, or one plane per channel', async () => {
    const raw = { width: 2, height: 1, channels: 3 } as const
    const image = await base64(sharp(Buffer.from([255, 0, 51, 0, 255, 102]), { raw }))
    const colour: ImageDeclaration = { width: 2, height: 1, channels: 3, scale: 5 }
    expect([...(await decodeImage(image, colour))]).toEqual([5, 0, 1, 0, 5, 2])
    expect([...(await decodeImage(image, { ...colour, layout: 'NCHW' }))]).toEqual([5, 0, 0, 5, 1, 2])
  })

  it('reads JPEG, 16-bit PNG and grey as colour', async () => {
    const jpeg = (await plain(16, 16, '#fff').jpeg().toBuffer()).toString('base64')
    expect([...(await decodeImage(jpeg, grey(1, 1)))][0]).toBeCloseTo(1, 1)
    const deep = await plain(4, 4, '#fff').toColourspace('rgb16').png().toBuffer()
    expect(deep[24]).toBe(16)
    expect([...(await decodeImage(deep.toString('base64'), grey(1, 1)))]).toEqual([1])
    const colour: ImageDeclaration = { width: 1, height: 1, channels: 3 }
    expect([...(await decodeImage(await base64(picture(1, [255])), colour))]).toEqual([1, 1, 1])
  })

  it('reads a picture far larger than its target', async () => {
    const large = await base64(plain(3_000, 2_000, '#ffffff'))
    expect([...(await decodeImage(large, grey(2, 2)))]).toEqual([1, 1, 1, 1])
  })

  it('decodes more pictures than it may at once, all of them', async () => {
    const image = await base64(picture(1, [255]))
    const decoded = await Promise.all(Array.from({ length: 20 }, () => decodeImage(image, grey(1, 1))))
    expect(decoded.map(([sample]) => sample)).toEqual(new Array(20).fill(1))
  })
})

describe('decodeImage refuses', () => {
  const gif = async () => (await plain(2, 2, '#fff').gif().toBuffer()).toString('base64')
  const webp = async () => (await plain(2, 2, '#fff').webp().toBuffer()).toString('base64')
  const apng = async () =>
    withChunk(await plain(2, 2, '#fff').png().toBuffer(), 'acTL', Buffer.alloc(8)).toString('base64')
  const cut = async () => (await plain(200, 200, '#fff').png().toBuffer()).subarray(0, 60).toString('base64')

  it.each<[string, () => string | Promise<string>, string, string]>([
    ['a text that is not base64', () => 'no image!', 'a PNG or JPEG in base64', 'a text that is not base64'],
    ['nothing', () => '', 'a PNG or JPEG in base64', 'no bytes'],
    ['base64 that is no image', () => 'aGVsbG8h', 'a still PNG or JPEG in base64', '6 bytes that are neither'],
    ['an animated GIF', gif, 'a still PNG or JPEG in base64', 'a GIF'],
    ['WebP', webp, 'a still PNG or JPEG in base64', 'a WebP'],
    ['an animated PNG', apng, 'a still PNG or JPEG in base64', 'an animated PNG'],
    ['half a file', cut, 'a still PNG or JPEG in base64', 'a file that cannot be decoded'],
    [
      'a PNG of 20,000 pixels across, by its header',
      () => claimingWidth(20_000),
      'an image of at most 8192 pixels a side and 16777216 in all',
      '20000 × 1 pixels',
    ],
    [
      'more bytes than the limit',
      () => 'A'.repeat(Math.ceil(MAX_ENCODED_BYTES / 3) * 4 + 8),
      'a PNG or JPEG in base64 of at most 5000000 bytes',
      'about 5000007 bytes',
    ],
  ])('%s', async (_, make, expected, received) => {
    await expect(decodeImage(await make(), grey(8, 8))).rejects.toMatchObject({
      name: 'ImageRefusal',
      expected,
      received,
    })
  })
})
