import fc from 'fast-check'
import { expect, it } from 'vitest'
import { LruMap } from './lru-map.js'

it('holds what a list in the order of use holds', () => {
  const key = fc.nat(8)
  const step = fc.oneof(
    fc.record({ does: fc.constant('get' as const), key }),
    fc.record({ does: fc.constant('set' as const), key }),
    fc.record({ does: fc.constant('delete' as const), key }),
    fc.record({ does: fc.constant('peek' as const), key }),
  )
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), fc.array(step, { maxLength: 60 }), (capacity, steps) => {
      const map = new LruMap<number, number>(capacity)
      let list: [key: number, value: number][] = []
      for (const [value, { does, key }] of steps.entries()) {
        const held = list.find((entry) => entry[0] === key)
        const others = list.filter((entry) => entry !== held)
        if (does === 'set') {
          map.set(key, value)
          list = [...others, [key, value] as [number, number]].slice(-capacity)
        } else if (does === 'delete') {
          map.delete(key)
          list = others
        } else {
          expect(map[does](key)).toBe(held?.[1])
          if (does === 'get' && held) list = [...others, held]
        }
        expect([...map.keys()]).toEqual(list.map((entry) => entry[0]))
        expect(map.size).toBe(list.length)
      }
    }),
  )
})
