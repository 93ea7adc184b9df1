import type { ImageDeclaration } from '../declaration.js'
import { groundOf } from './ground.js'
import type { Raster } from './raster.js'

/** A rectangle in the pixels of an image; it may reach beyond the image, where all samples are `beyond`. */
export interface Frame {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
  readonly beyond: number
}

type Box = Omit<Frame, 'beyond'>

/** Differences of less than a tenth of full intensity are noise of the paper, the camera or the compression. */
const NOISE = 25

/** The smallest frame of the target's proportions that holds all that is light, centred on it; undefined if nothing is. */
export function frameContent(raster: Raster, target: ImageDeclaration): Frame | undefined {
  const ground = groundOf(raster)
  const box = boxContent(raster, thresholdOf(raster, ground))
  if (!box) return undefined
  const width = Math.max(box.width, (box.height * target.width) / target.height)
  const height = Math.max(box.height, (box.width * target.height) / target.width)
  const left = box.left + (box.width - width) / 2
  const top = box.top + (box.height - height) / 2
  return { left, top, width, height, beyond: ground }
}

/** A sample is content from a quarter of the way between the ground and the lightest sample. */
function thresholdOf({ samples }: Raster, ground: number): number {
  const lightest = samples.reduce((lightest, sample) => Math.max(lightest, sample), 0)
  return ground + Math.max(NOISE, (lightest - ground) / 4)
}

function boxContent({ width, height, channels, samples }: Raster, threshold: number): Box | undefined {
  let [left, top, right, bottom] = [width, height, -1, -1]
  for (let index = 0; index < samples.length; index++) {
    if (samples[index]! < threshold) continue
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
