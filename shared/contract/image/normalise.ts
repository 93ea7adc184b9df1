import type { ImageDeclaration } from '../declaration.js'
import { type Frame, frameContent } from './content.js'
import type { Raster } from './raster.js'
import { averageAreas } from './resample.js'

/** Sets a decoded image light on dark where asked, cuts it to its content where asked, resizes and scales it. */
export function normalise(raster: Raster, target: ImageDeclaration): Float32Array {
  const upright = isInverted(raster, target) ? invert(raster) : raster
  const whole: Frame = { left: 0, top: 0, width: raster.width, height: raster.height }
  const frame = target.crop === 'content' ? (frameContent(upright, target) ?? whole) : whole
  const samples = averageAreas(upright, frame, target)
  const factor = (target.scale ?? 1) / 255
  for (let index = 0; index < samples.length; index++) samples[index]! *= factor
  return target.layout === 'NCHW' ? byPlane(samples, target.channels) : samples
}

function isInverted(raster: Raster, { invert = 'never' }: ImageDeclaration): boolean {
  return invert === 'always' || (invert === 'auto' && isPaperLight(raster))
}

/** The border of a picture is paper: light if its samples are, on average, in the upper half. */
function isPaperLight({ width, height, channels, samples }: Raster): boolean {
  let sum = 0
  let count = 0
  for (let y = 0; y < height; y++) {
    const step = y === 0 || y === height - 1 ? 1 : Math.max(1, width - 1)
    for (let x = 0; x < width; x += step) {
      for (let channel = 0; channel < channels; channel++) sum += samples[(y * width + x) * channels + channel]!
      count += channels
    }
  }
  return sum / count > 127.5
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
