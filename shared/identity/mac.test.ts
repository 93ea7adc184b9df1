import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createMac } from './mac.js'

const nodes = (secret: string, message: Buffer) => createHmac('sha256', secret).update(message).digest('base64url')

describe('a MAC', () => {
  it('is that of Node for every key, head and body', () => {
    const ascii = fc.string({ unit: 'binary-ascii', maxLength: 300 })
    const bytes = fc.uint8Array({ maxLength: 300 })
    const body = fc.oneof(fc.string({ unit: 'binary' }), bytes, fc.array(bytes, { maxLength: 4 }))
    fc.assert(
      fc.property(
        fc.string({ maxLength: 100 }),
        fc.array(fc.tuple(ascii, body), { minLength: 1 }),
        (secret, messages) => {
          const mac = createMac(secret)
          for (const [head, given] of messages) {
            const pieces = (
              typeof given === 'string' ? [Buffer.from(given)] : Array.isArray(given) ? given : [given]
            ) as Uint8Array[]
            expect(mac(head, given)).toBe(nodes(secret, Buffer.concat([Buffer.from(head, 'latin1'), ...pieces])))
          }
        },
      ),
    )
  })

  it.each([32_000, 32_700, 32_767, 32_768, 32_769, 100_000])('is that of Node for a body of %i bytes', (length) => {
    const [mac, text] = [createMac('secret'), 'x'.repeat(length)]
    const expected = nodes('secret', Buffer.from(`head.${text}`))
    expect(mac('head.', text)).toBe(expected)
    expect(mac('head.', Buffer.from(text))).toBe(expected)
    expect(mac('head.', [Buffer.from(text.slice(0, 7)), Buffer.from(text.slice(7))])).toBe(expected)
  })

  it('is the one of RFC 4231, test case 2', () => {
    const hex = Buffer.from(createMac('Jefe')('', 'what do ya want for nothing?'), 'base64url').toString('hex')
    expect(hex).toBe('5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843')
  })
})
