import fc from 'fast-check'
import { parse } from 'graphql'
import { describe, expect, it } from 'vitest'
import { sizeOf } from './document-size.js'

const size = (document: string) => sizeOf(parse(document))

describe('sizeOf', () => {
  it('counts levels, aliases, root fields and fields with fragments expanded', () => {
    const document = `
      { a: one { ...Pair } two { ... { ...Pair } } }
      fragment Pair on T { x y: z { w } }
    `
    expect(size(document)).toEqual({ depth: 3, aliases: 3, rootFields: 2, fields: 8 })
  })

  it('takes the largest operation of a document', () => {
    expect(size('query A { a } query B { a b { c } }')).toEqual({ depth: 2, aliases: 0, rootFields: 2, fields: 3 })
  })

  it('ends on fragments in a circle and on fragments that are not there', () => {
    expect(size('{ ...A ...Nowhere } fragment A on T { a ...B } fragment B on T { b ...A }').fields).toBe(2)
  })

  it('counts the same whether a selection is written out or in a fragment', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 8 }), (repeats) => {
        const written = repeats.reduce((inner, times) => Array(times).fill(`a { ${inner} }`).join(' '), 'leaf')
        const fragments = repeats.map((times, level) => {
          const inner = level === 0 ? 'leaf' : `...F${level - 1}`
          return `fragment F${level} on T { ${Array(times).fill(`a { ${inner} }`).join(' ')} }`
        })
        const spread = `{ ...F${repeats.length - 1} } ${fragments.join(' ')}`
        if (written.length < 50_000) expect(size(spread)).toEqual(size(`{ ${written} }`))
      }),
      { numRuns: 50 },
    )
  })
})
