import { beforeEach, describe, expect, it } from 'vitest'
import { Breakers } from './breaker.js'

let now = 0
let breakers: Breakers

beforeEach(() => {
  now = 0
  breakers = new Breakers({ failures: 3, openMs: 1_000, monotonic: () => now })
})

describe('a breaker', () => {
  it('opens when so many rows in a row have failed, in one call or in several', () => {
    breakers.ended('risk@2', [true, true])
    expect(breakers.allows('risk@2')).toBe(true)
    breakers.ended('risk@2', [true])
    expect(breakers.allows('risk@2')).toBe(false)
    breakers.ended('risk@3', [true, true, true])
    expect(breakers.allows('risk@3')).toBe(false)
    expect(breakers.allows('risk@1')).toBe(true)
  })

  it('counts from the last row that succeeded', () => {
    breakers.ended('risk@2', [true, true])
    breakers.ended('risk@2', [true, false, true, true])
    expect(breakers.allows('risk@2')).toBe(true)
    breakers.ended('risk@2', [true])
    expect(breakers.allows('risk@2')).toBe(false)
  })

  it('lets one call through after its time, and no more while that is under way', () => {
    breakers.ended('risk@2', [true, true, true])
    now = 999
    expect(breakers.allows('risk@2')).toBe(false)
    now = 1_000
    expect(breakers.allows('risk@2')).toBe(true)
    breakers.attempted('risk@2')
    expect(breakers.allows('risk@2')).toBe(false)
  })

  it('stays open when the trial fails, and closes when it succeeds', () => {
    breakers.ended('risk@2', [true, true, true])
    now = 1_000
    breakers.attempted('risk@2')
    breakers.ended('risk@2', [true])
    expect(breakers.allows('risk@2')).toBe(false)
    now = 2_000
    breakers.attempted('risk@2')
    breakers.ended('risk@2', [false])
    expect(breakers.allows('risk@2')).toBe(true)
    breakers.ended('risk@2', [true, true])
    expect(breakers.allows('risk@2')).toBe(true)
  })
})
