import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Environment } from '../control/protocol.js'
import { generateApiKey, hashApiKey, parseApiKey } from './api-key.js'

const environments = fc.constantFrom<Environment>('test', 'staging', 'production')

describe('an API key', () => {
  it('says its environment and has a prefix that can be shown', () => {
    fc.assert(
      fc.property(environments, (environment) => {
        const key = generateApiKey(environment)
        const parts = parseApiKey(key)
        expect(parts?.environment).toBe(environment)
        expect(key.startsWith(parts!.prefix)).toBe(true)
        expect(parts!.prefix).toHaveLength(`mg_${environment}_`.length + 6)
      }),
    )
  })

  it('is refused with any one character changed, left out or added', () => {
    const key = generateApiKey('test')
    const character = fc.constantFrom(...'0123456789ABCXYZabcxyz_- ')
    fc.assert(
      fc.property(fc.nat(key.length - 1), character, (place, other) => {
        const changed = key.slice(0, place) + other + key.slice(place + 1)
        expect(parseApiKey(changed) !== undefined).toBe(changed === key)
        expect(parseApiKey(key.slice(0, place) + key.slice(place + 1))).toBeUndefined()
        expect(parseApiKey(key.slice(0, place) + other + key.slice(place))).toBeUndefined()
      }),
    )
  })

  it('is refused when it is any other text', () => {
    fc.assert(fc.property(fc.string(), (text) => parseApiKey(text) === undefined))
  })

  it('skips bytes that make no base62 digit', () => {
    const key = generateApiKey('test', (bytes) => Uint8Array.from({ length: bytes }, (_, index) => 255 - index * 3))
    expect(key.split('_')[2]).toMatch(/^[0-9A-Za-z]{24}$/)
    expect(parseApiKey(key)?.environment).toBe('test')
  })

  it('is never the same twice and is stored as its sha-256', () => {
    const keys = Array.from({ length: 200 }, () => generateApiKey('production'))
    expect(new Set(keys).size).toBe(200)
    expect(hashApiKey(keys[0]!)).toMatch(/^[0-9a-f]{64}$/)
    expect(hashApiKey('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  })
})
