import type { ImageDeclaration } from '../declaration.js'
import { decodeBase64 } from '../scalars/base64.js'
import { Gate } from './gate.js'
import { MAX_CONCURRENT, MAX_ENCODED_BYTES, MAX_WAITING } from './limits.js'
import { normalise } from './normalise.js'
import { readRaster } from './raster.js'
import { ImageRefusal } from './refusal.js'

/**
 * Turns an image in base64 into the samples a model takes: width × height × channels numbers from 0 to `scale`, row by
 * row. Rejects with an {@link ImageRefusal} for anything but a still PNG or JPEG within the limits.
 */
export type DecodeImage = (base64: string, target: ImageDeclaration) => Promise<Float32Array>

/** A decoder of its own, with its own turns. */
export function imageDecoder(maxConcurrent = MAX_CONCURRENT, maxWaiting = MAX_WAITING): DecodeImage {
  const gate = new Gate(maxConcurrent, maxWaiting)
  return async (base64, target) => {
    const bytes = readBytes(base64)
    return gate.run(async () => normalise(await readRaster(bytes, target), target))
  }
}

/** The decoder of this process: however many contracts it serves, images take turns. */
export const decodeImage: DecodeImage = imageDecoder()

function readBytes(base64: string): Buffer {
  const expected = 'a PNG or JPEG in base64'
  if (base64.length > (MAX_ENCODED_BYTES / 3) * 4 + 4) {
    const limit = `${expected} of at most ${MAX_ENCODED_BYTES} bytes`
    throw new ImageRefusal(limit, `about ${Math.floor((base64.length / 4) * 3)} bytes`)
  }
  const bytes = decodeBase64(base64)
  if (!bytes) throw new ImageRefusal(expected, 'a text that is not base64')
  if (bytes.length === 0) throw new ImageRefusal(expected, 'no bytes')
  return bytes
}
