import type { ImageDeclaration } from '../declaration.js'
import { type Frame, frameContent } from './content.js'
import { groundOf } from './ground.js'
import type { Raster } from './raster.js'
import { averageAreas } from './resample.js'

/** Paper is light if its ground is in the upper half. */
const MIDDLE = 127.5

/** Sets a decoded image light on dark where asked, cuts it to its content where asked, resizes and scales it. */
export function normalise(raster: Raster, target: ImageDeclaration): Float32Array {
  const upright = isInverted(raster, target) ? invert(raster) : raster
  const whole: Frame = { left: 0, top: 0, width: raster.width, height: raster.height, beyond: 0 }
  const frame = target.crop === 'content' ? (frameContent(upright, target) ?? whole) : whole
  const samples = averageAreas(upright, frame, target)
  const factor = (target.scale ?? 1) / 255
  for (let index = 0; index < samples.length; index++) samples[index]! *= factor
  return target.layout === 'NCHW' ? byPlane(samples, target.channels) : samples
}

function isInverted(raster: Raster, { invert = 'never' }: ImageDeclaration): boolean {
  return invert === 'always' || (invert === 'auto' && groundOf(raster) > MIDDLE)
}

function invert(raster: Raster): Raster {
  return { ...raster, samples: raster.samples.map((sample) => 255 - sample) }
}

function byPlane(samples: Float32Array, channels: number): Float32Array {
  const pixels = samples.length / channels
  const planes = new Float32Array(samples.length)
  for (let index = 0; index < samples.length; index++) {
    planes[(index % channels) * pixels + Math.floor(index / channels)] = samples[index]!
  }
  return planes
}
