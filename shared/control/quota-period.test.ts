import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { periodAt } from './quota-period.js'

const at = (text: string) => Date.parse(text)

describe('the period of a quota', () => {
  it.each([
    ['HOUR', '2026-11-21T13:59:59.999Z', '2026-11-21T13:00:00Z', '2026-11-21T14:00:00Z'],
    ['DAY', '2026-12-31T23:30:00Z', '2026-12-31T00:00:00Z', '2027-01-01T00:00:00Z'],
    ['MONTH', '2028-02-29T12:00:00Z', '2028-02-01T00:00:00Z', '2028-03-01T00:00:00Z'],
  ] as const)('%s at %s begins and ends with the calendar of UTC', (period, now, start, end) => {
    expect(periodAt(period, at(now))).toEqual({ start: at(start), end: at(end) })
  })

  it('holds the moment, and the next begins where it ends', () => {
    const moments = fc.integer({ min: 0, max: at('2100-01-01T00:00:00Z') })
    fc.assert(
      fc.property(moments, fc.constantFrom('HOUR', 'DAY', 'MONTH' as const), (now, period) => {
        const { start, end } = periodAt(period, now)
        expect(start <= now && now < end).toBe(true)
        expect(periodAt(period, end).start).toBe(end)
        expect(periodAt(period, end - 1).start).toBe(start)
      }),
    )
  })
})
