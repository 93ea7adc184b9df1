import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createPredictionIds } from './prediction-id.js'

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

describe('prediction ids', () => {
  it('are those of RFC 9562, appendix A.6, for its time and random bits', () => {
    const newId = createPredictionIds(
      () => 0x017f22e279b0,
      (bytes) => bytes.set(Buffer.from('18c4dc0c0c07398f', 'hex')),
    )
    expect(newId()).toBe('017f22e2-79b0-7000-98c4-dc0c0c07398f')
  })

  it('ascend whatever the clock does, and are UUIDs of version 7', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50), { minLength: 1, maxLength: 200 }), (times) => {
        let at = 0
        const newId = createPredictionIds(
          () => 1_800_000_000_000 + times[at++]!,
          (bytes) => bytes.fill(0xff),
        )
        const ids = times.map(() => newId())
        expect(ids).toEqual([...new Set(ids)].sort())
        expect(ids.every((id) => UUID_V7.test(id))).toBe(true)
      }),
    )
  })

  it('ascend beyond the 4,096 ids that one millisecond holds', () => {
    const newId = createPredictionIds(
      () => 1_800_000_000_000,
      (bytes) => bytes.fill(0),
    )
    const ids = Array.from({ length: 10_000 }, newId)
    expect(ids).toEqual([...new Set(ids)].sort())
  })
})
