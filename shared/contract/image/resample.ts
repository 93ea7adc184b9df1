import type { Frame } from './content.js'
import type { Raster } from './raster.js'

/** How much of each source pixel along one axis a target pixel covers. */
interface Span {
  readonly first: number
  readonly weights: readonly number[]
}

/**
 * Resizes a frame of an image by area averaging: each target sample is the mean of the source samples it covers, those
 * at its edge by the part that is covered. Beyond the image all samples are
 * `frame.beyond`.
 */
export function averageAreas(
  source: Raster,
  frame: Frame,
  target: { readonly width: number; readonly height: number },
): Float32Array {
  const { channels } = source
  const columns = spansOf(frame.left, frame.width, target.width, source.width)
  const rows = spansOf(frame.top, frame.height, target.height, source.height)
  const averages = new Float32Array(target.width * target.height * channels)
  for (let y = 0; y < target.height; y++) {
    for (let x = 0; x < target.width; x++) {
      for (let channel = 0; channel < channels; channel++) {
        averages[(y * target.width + x) * channels + channel] = averageOf(
          source,
          rows[y]!,
          columns[x]!,
          channel,
          frame.beyond,
        )
      }
    }
  }
  return averages
}

/** The weights of a span add up to 1, less what lies beyond the image. */
function spansOf(start: number, length: number, targets: number, sources: number): readonly Span[] {
  const size = length / targets
  return Array.from({ length: targets }, (_, index) => {
    const from = start + index * size
    const to = from + size
    const first = Math.max(0, Math.floor(from))
    const last = Math.min(sources, Math.ceil(to))
    const weights = Array.from({ length: Math.max(0, last - first) }, (_, offset) => {
      const pixel = first + offset
      return Math.max(0, Math.min(to, pixel + 1) - Math.max(from, pixel)) / size
    })
    return { first, weights }
  })
}

function averageOf(
  { width, channels, samples }: Raster,
  rows: Span,
  columns: Span,
  channel: number,
  beyond: number,
): number {
  let sum = 0
  for (let y = 0; y < rows.weights.length; y++) {
    const line = (rows.first + y) * width
    let lineSum = 0
    for (let x = 0; x < columns.weights.length; x++) {
      lineSum += columns.weights[x]! * samples[(line + columns.first + x) * channels + channel]!
    }
    sum += rows.weights[y]! * lineSum
  }
  return sum + beyond * (1 - covered(rows) * covered(columns))
}

/** How much of a target pixel lies within the image along one axis. */
function covered({ weights }: Span): number {
  return weights.reduce((sum, weight) => sum + weight, 0)
}
