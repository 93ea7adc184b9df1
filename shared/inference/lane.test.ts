import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Lane } from './lane.js'

describe('a lane', () => {
  it('gives what an array would, however often it runs full and empty', () => {
    const step = fc.record({ push: fc.integer({ min: 0, max: 1500 }), shift: fc.integer({ min: 0, max: 2000 }) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), (steps) => {
        const lane = new Lane<number>()
        const model: number[] = []
        let next = 0
        for (const { push, shift } of steps) {
          for (let count = 0; count < push; count++, next++) {
            lane.push(next)
            model.push(next)
          }
          const shifted = Array.from({ length: shift }, () => lane.shift())
          expect(shifted.filter((item) => item !== undefined)).toEqual(model.splice(0, shift))
          expect(lane.extract((item) => item % 3 === 0)).toEqual(model.filter((item) => item % 3 === 0))
          model.splice(0, model.length, ...model.filter((item) => item % 3 !== 0))
          expect([lane.length, ...lane]).toEqual([model.length, ...model])
        }
      }),
      { numRuns: 30 },
    )
  })
})
