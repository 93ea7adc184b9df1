import { crc32 } from 'node:zlib'

/**
 * A chunk as bytes, on disk, on its way and in the registry alike. 32 bytes of little-endian words: {@link MAGIC}, bytes of
 * the frame, CRC-32 of what follows this word, bytes of the head, cells, bytes of the text, two zeros. Then the head (JSON),
 * the cells (little-endian doubles) and the text (UTF-8), each filled up to a multiple of eight bytes.
 */
export interface Frame {
  /** All of it. */
  readonly bytes: Buffer
  readonly head: Buffer
  /** Bytes of its cells. */
  readonly cells: Buffer
  readonly text: Buffer
}

/** Frames one after the other, and how many bytes between or after them are none. */
export interface FrameList {
  readonly frames: readonly Frame[]
  readonly damagedBytes: number
}

/** `MGPC`. */
const MAGIC = 0x4350_474d
const MAGIC_BYTES = Buffer.from('MGPC', 'latin1')
const HEADER_BYTES = 32
const CELL_BYTES = 8
const CHECKED_FROM = 12

export function frameOf(head: string, cells: Float64Array, text: string): Buffer {
  const headBytes = Buffer.byteLength(head)
  const textBytes = Buffer.byteLength(text)
  const cellsAt = HEADER_BYTES + filled(headBytes)
  const textAt = cellsAt + cells.byteLength
  const bytes = Buffer.allocUnsafeSlow(textAt + filled(textBytes))
  bytes.fill(0, HEADER_BYTES + headBytes, cellsAt).fill(0, textAt + textBytes)
  bytes.write(head, HEADER_BYTES, 'utf8')
  bytes.set(new Uint8Array(cells.buffer, cells.byteOffset, cells.byteLength), cellsAt)
  bytes.write(text, textAt, 'utf8')
  const words = [MAGIC, bytes.length, 0, headBytes, cells.length, textBytes, 0, 0]
  for (const [place, word] of words.entries()) bytes.writeUInt32LE(word, 4 * place)
  bytes.writeUInt32LE(crc32(bytes.subarray(CHECKED_FROM)), 8)
  return bytes
}

/** The whole frames among these bytes, in order. */
export function readFrames(bytes: Buffer): FrameList {
  const frames: Frame[] = []
  let damagedBytes = 0
  for (let from = 0; from < bytes.length; ) {
    const frame = frameAt(bytes, from)
    if (frame) frames.push(frame)
    const end = frame ? from + frame.bytes.length : nextMagic(bytes, from + 1)
    if (!frame) damagedBytes += end - from
    from = end
  }
  return { frames, damagedBytes }
}

/** The frame at the start of these bytes; undefined where they are none. */
export function readFrame(bytes: Buffer): Frame | undefined {
  return frameAt(bytes, 0)
}

function frameAt(all: Buffer, from: number): Frame | undefined {
  if (all.length - from < HEADER_BYTES || all.readUInt32LE(from) !== MAGIC) return undefined
  const [length, checksum, headBytes, cells, textBytes] = [4, 8, 12, 16, 20].map((at) => all.readUInt32LE(from + at))
  const cellsAt = HEADER_BYTES + filled(headBytes!)
  const textAt = cellsAt + CELL_BYTES * cells!
  if (length !== textAt + filled(textBytes!) || length > all.length - from) return undefined
  const bytes = all.subarray(from, from + length)
  if (crc32(bytes.subarray(CHECKED_FROM)) !== checksum) return undefined
  const part = (at: number, count: number) => bytes.subarray(at, at + count)
  const head = part(HEADER_BYTES, headBytes!)
  return { bytes, head, cells: part(cellsAt, CELL_BYTES * cells!), text: part(textAt, textBytes!) }
}

function nextMagic(bytes: Buffer, from: number): number {
  const found = bytes.indexOf(MAGIC_BYTES, from)
  return found < 0 ? bytes.length : found
}

function filled(bytes: number): number {
  return (bytes + 7) & ~7
}
