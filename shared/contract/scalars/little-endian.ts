import { decodeBase64 } from './base64.js'

/** How base64 columns are laid out: little-endian values without gaps. */
const LITTLE_ENDIAN = {
  float32: { bytes: 4, read: (buffer: ArrayBuffer) => new Float32Array(buffer) },
  int32: { bytes: 4, read: (buffer: ArrayBuffer) => new Int32Array(buffer) },
  uint8: { bytes: 1, read: (buffer: ArrayBuffer) => new Uint8Array(buffer) },
} as const

export type LittleEndianType = keyof typeof LITTLE_ENDIAN

/**
 * The values of a base64 text, or undefined if it is not base64 or not a whole number of values. Hosts are little-endian
 * as everything the runtime runs on, so the bytes are viewed as they are, once they are aligned.
 */
export function decodeLittleEndian(
  text: string,
  type: LittleEndianType,
): Float32Array | Int32Array | Uint8Array | undefined {
  const bytes = decodeBase64(text)
  const layout = LITTLE_ENDIAN[type]
  if (!bytes || bytes.length % layout.bytes !== 0) return undefined
  const aligned = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer
  return layout.read(aligned)
}
