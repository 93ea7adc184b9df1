import type { Remainder } from './numbers.js'

/** Builds one key. No key is a prefix of another, so keys can be joined and still compare field by field. */
export class KeyWriter {
  private buffer = Buffer.allocUnsafe(64)
  private length = 0

  byte(value: number): this {
    this.reserve(1)
    this.buffer[this.length++] = value
    return this
  }

  bytes(value: Uint8Array): this {
    this.reserve(value.length)
    this.buffer.set(value, this.length)
    this.length += value.length
    return this
  }

  uint32(value: number): this {
    this.reserve(4)
    this.length = this.buffer.writeUInt32BE(value, this.length)
    return this
  }

  /** Signed, sign bit flipped. */
  int64(value: bigint): this {
    this.reserve(8)
    this.length = this.buffer.writeBigUInt64BE(BigInt.asUintN(64, value ^ (1n << 63n)), this.length)
    return this
  }

  /** UTF-8, ended by 00; a 00 inside becomes 00 ff. */
  text(value: string): this {
    const bytes = Buffer.from(value, 'utf8')
    if (!bytes.includes(0)) return this.bytes(bytes).byte(0)
    for (const byte of bytes) byte === 0 ? this.byte(0).byte(0xff) : this.byte(byte)
    return this.byte(0)
  }

  /** IEEE 754 with the sign bit flipped, negative numbers inverted; -0 is 0, NaN sorts before all numbers. */
  double(value: number): this {
    this.reserve(8)
    const start = this.length
    if (Number.isNaN(value)) this.buffer.fill(0, start, start + 8)
    else {
      this.buffer.writeDoubleBE(value === 0 ? 0 : value, start)
      if (value < 0) this.invert(start, start + 8)
      else this.buffer[start]! |= 0x80
    }
    this.length = start + 8
    return this
  }

  /** Orders the numbers that share a nearest double. */
  remainder(rest: Remainder | null): this {
    if (rest === null) return this.byte(0x80)
    this.byte(rest.sign > 0 ? 0x81 : 0x7f)
    this.reserve(3 + rest.digits.length)
    const start = this.length
    this.length = this.buffer.writeUInt16BE(rest.exponent + 0x8000, start)
    this.bytes(Buffer.from(rest.digits, 'latin1')).byte(0)
    if (rest.sign < 0) this.invert(start, this.length)
    return this
  }

  finish(): Buffer {
    return this.buffer.subarray(0, this.length)
  }

  private invert(start: number, end: number): void {
    for (let at = start; at < end; at++) this.buffer[at]! ^= 0xff
  }

  private reserve(more: number): void {
    if (this.length + more <= this.buffer.length) return
    const grown = Buffer.allocUnsafe((this.length + more) * 2)
    this.buffer.copy(grown, 0, 0, this.length)
    this.buffer = grown
  }
}
