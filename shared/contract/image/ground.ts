import type { Raster } from './raster.js'

/** The ground that a picture stands on, paper or darkness: the median of its border samples, so that ink may touch it. */
export function groundOf({ width, height, channels, samples }: Raster): number {
  const border: number[] = []
  for (let y = 0; y < height; y++) {
    const step = y === 0 || y === height - 1 ? 1 : Math.max(1, width - 1)
    for (let x = 0; x < width; x += step) {
      for (let channel = 0; channel < channels; channel++) border.push(samples[(y * width + x) * channels + channel]!)
    }
  }
  return Uint8Array.from(border).sort()[border.length >> 1]!
}
