import { decodeBase64 } from '../scalars/base64.js'

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
const JPEG = Buffer.from([0xff, 0xd8, 0xff])

export type ImageFormat = 'png' | 'jpeg'

/** The format that the first bytes of a file claim (PNG specification §5.2; JFIF), or undefined for any other. */
export function sniffImage(bytes: Buffer): ImageFormat | undefined {
  if (bytes.subarray(0, PNG.length).equals(PNG)) return 'png'
  return bytes.subarray(0, JPEG.length).equals(JPEG) ? 'jpeg' : undefined
}

/** Whether a text is base64 whose first bytes claim to be a PNG or a JPEG. */
export function looksLikeImage(text: string): boolean {
  const bytes = decodeBase64(text)
  return bytes !== undefined && sniffImage(bytes) !== undefined
}

/** Whether a PNG is animated: its `acTL` chunk comes before the first `IDAT` (PNG specification, third edition, §11.3.6). */
export function isAnimatedPng(bytes: Buffer): boolean {
  let at = PNG.length
  while (at + 8 <= bytes.length) {
    const type = bytes.toString('latin1', at + 4, at + 8)
    if (type === 'acTL') return true
    if (type === 'IDAT') return false
    at += 12 + bytes.readUInt32BE(at)
  }
  return false
}

/** What a file that is neither PNG nor JPEG seems to be, for an error. */
export function nameFormat(bytes: Buffer): string {
  const start = bytes.toString('latin1', 0, 16)
  if (start.startsWith('GIF8')) return 'a GIF'
  if (start.startsWith('RIFF') && start.slice(8, 12) === 'WEBP') return 'a WebP'
  if (start.startsWith('II*\0') || start.startsWith('MM\0*')) return 'a TIFF'
  if (start.startsWith('%PDF')) return 'a PDF'
  return `${bytes.length} bytes that are neither`
}
