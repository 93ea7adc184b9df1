import { describe, expect, it } from 'vitest'
import { murmur3 } from './murmur3.js'

describe('murmur3', () => {
  // Published vectors of MurmurHash3_x86_32 with seed 0.
  it.each([
    ['', 0],
    ['a', 0x3c2569b2],
    ['test', 0xba6bd213],
    ['abc', 0xb3dd93fa],
    ['hello', 0x248bfa47],
    ['hello, world', 0x149bbb7f],
    ['The quick brown fox jumps over the lazy dog', 0x2e4ff723],
  ])('of %j is %i', (text, hash) => {
    expect(murmur3(new TextEncoder().encode(text))).toBe(hash)
  })
})
