import type { ImageDeclaration } from '../declaration.js'
import type { Raster } from './raster.js'

/** A rectangle in the pixels of an image; it may reach beyond the image, where all is dark. */
export interface Frame {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** Samples above a fifth of full intensity are content: compression leaves less than that on dark ground. */
const CONTENT = 51

/** The smallest frame of the target's proportions that holds all that is light, centred on it; undefined if nothing is. */
export function frameContent(raster: Raster, target: ImageDeclaration): Frame | undefined {
  const box = boxContent(raster)
  if (!box) return undefined
  const width = Math.max(box.width, (box.height * target.width) / target.height)
  const height = Math.max(box.height, (box.width * target.height) / target.width)
  return { left: box.left + (box.width - width) / 2, top: box.top + (box.height - height) / 2, width, height }
}

function boxContent({ width, height, channels, samples }: Raster): Frame | undefined {
  let [left, top, right, bottom] = [width, height, -1, -1]
  for (let index = 0; index < samples.length; index++) {
    if (samples[index]! <= CONTENT) continue
    const pixel = Math.floor(index / channels)
    const x = pixel % width
    const y = Math.floor(pixel / width)
    left = Math.min(left, x)
    right = Math.max(right, x)
    top = Math.min(top, y)
    bottom = Math.max(bottom, y)
  }
  return right < 0 ? undefined : { left, top, width: right - left + 1, height: bottom - top + 1 }
}
