import sharp, { type Sharp } from 'sharp'
import type { ImageDeclaration } from '../declaration.js'
import { MAX_PIXELS, MAX_SIDE } from './limits.js'
import { ImageRefusal } from './refusal.js'
import { isAnimatedPng, nameFormat, sniffImage } from './sniff.js'

/** Samples of 8 bits, row by row, channels last. */
export interface Raster {
  readonly width: number
  readonly height: number
  readonly channels: number
  readonly samples: Uint8Array
}

const EXPECTED = 'a still PNG or JPEG in base64'
/** Larger images are reduced to this many pixels a side, or four per pixel of the target, before they are averaged. */
const WORKING_SIDE = 512

// Images are seen once, and parallelism comes from decoding several rather than from threads inside one.
sharp.cache(false)
sharp.concurrency(1)

/**
 * Decodes a PNG or JPEG: upright, on white where it is transparent, in grey or colour as the target asks. What is
 * animated, or larger than the limits by its header, is refused before a pixel is decoded.
 */
export async function readRaster(bytes: Buffer, target: ImageDeclaration): Promise<Raster> {
  refuseFormat(bytes)
  const image = sharp(bytes, { limitInputPixels: MAX_PIXELS, sequentialRead: true })
  try {
    const { width, height } = await image.metadata()
    refuseSize(width, height)
    return await toRaster(image, target)
  } catch (error) {
    if (error instanceof ImageRefusal) throw error
    throw new ImageRefusal(EXPECTED, 'a file that cannot be decoded', error)
  }
}

function refuseFormat(bytes: Buffer): void {
  const format = sniffImage(bytes)
  if (!format) throw new ImageRefusal(EXPECTED, nameFormat(bytes))
  if (format === 'png' && isAnimatedPng(bytes)) throw new ImageRefusal(EXPECTED, 'an animated PNG')
}

function refuseSize(width: number, height: number): void {
  if (width <= MAX_SIDE && height <= MAX_SIDE && width * height <= MAX_PIXELS) return
  const limit = `an image of at most ${MAX_SIDE} pixels a side and ${MAX_PIXELS} in all`
  throw new ImageRefusal(limit, `${width} × ${height} pixels`)
}

async function toRaster(image: Sharp, target: ImageDeclaration): Promise<Raster> {
  const side = Math.max(WORKING_SIDE, 4 * target.width, 4 * target.height)
  const upright = image
    .autoOrient()
    .flatten({ background: '#ffffff' })
    .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
  const coloured = target.channels === 1 ? upright.greyscale() : upright.toColourspace('srgb')
  const { data, info } = await coloured.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, channels: info.channels, samples: data }
}
