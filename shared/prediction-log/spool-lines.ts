import { crc32 } from 'node:zlib'

/** What a segment of the spool holds: whole lines, and how many bytes at its end or in its midst are none. */
export interface SegmentContent {
  readonly lines: readonly Buffer[]
  readonly damagedBytes: number
}

const NEWLINE = 0x0a
/** Eight hex digits and a space. */
const PREFIX_BYTES = 9

/** A text as a line of the spool, after its CRC-32, so that one that was cut short shows. The text has no line break. */
export function spoolLine(text: string): Buffer {
  const bytes = Buffer.byteLength(text)
  const line = Buffer.allocUnsafeSlow(PREFIX_BYTES + bytes + 1)
  line.write(text, PREFIX_BYTES, 'utf8')
  line.write(checksumOf(line.subarray(PREFIX_BYTES, PREFIX_BYTES + bytes)), 'latin1')
  line[PREFIX_BYTES + bytes] = NEWLINE
  return line
}

/** The text of a line that {@link spoolLine} made. */
export function textOfLine(line: Buffer): Buffer {
  return line.subarray(PREFIX_BYTES, line.length - 1)
}

export function readSpoolLines(bytes: Buffer): SegmentContent {
  const lines: Buffer[] = []
  let damagedBytes = 0
  for (let from = 0; from < bytes.length; ) {
    const found = bytes.indexOf(NEWLINE, from)
    const end = found < 0 ? bytes.length : found
    const line = found < 0 ? undefined : textOf(bytes.subarray(from, end))
    if (line) lines.push(line)
    else damagedBytes += end - from
    from = end + 1
  }
  return { lines, damagedBytes }
}

function textOf(line: Buffer): Buffer | undefined {
  const text = line.subarray(PREFIX_BYTES)
  return text.length > 0 && line.toString('latin1', 0, PREFIX_BYTES) === checksumOf(text) ? text : undefined
}

function checksumOf(text: Buffer): string {
  return `${crc32(text).toString(16).padStart(8, '0')} `
}
