import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clientAddress } from './client-address.js'
import { Networks, networksSetting } from './networks.js'

const PROXIES = new Networks(['10.0.0.0/8', '2001:db8:1::/48'])

function addressOf(remoteAddress: string, forwarded?: string | string[]): string | undefined {
  const headers = { ...(forwarded !== undefined && { 'x-forwarded-for': forwarded as string }) }
  return clientAddress({ socket: { remoteAddress }, headers }, PROXIES)
}

describe('networks', () => {
  it.each([
    ['192.0.2.0/24', '192.0.2.255', true],
    ['192.0.2.0/24', '192.0.3.0', false],
    ['192.0.2.7/32', '192.0.2.7', true],
    ['192.0.2.7/32', '192.0.2.6', false],
    ['0.0.0.0/0', '203.0.113.9', true],
    ['2001:db8::/32', '2001:db8:ffff::1', true],
    ['2001:db8::/32', '2001:db9::1', false],
    ['2001:db8::1/128', '2001:0db8:0:0::0001', true],
  ])('%s: %s is in it: %s', (cidr, address, holds) => {
    expect(new Networks([cidr]).has(address)).toBe(holds)
  })

  it('hold what shares their first bits, and nothing else', () => {
    const numbers = fc.integer({ min: 0, max: 0xffffffff })
    const written = (number: number) => [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.')
    fc.assert(
      fc.property(numbers, numbers, fc.integer({ min: 1, max: 32 }), (network, address, bits) => {
        const shared = (network ^ address) >>> (32 - bits) === 0
        expect(new Networks([`${written(network)}/${bits}`]).has(written(address))).toBe(shared)
      }),
    )
  })

  it('are a setting that says what it expects', () => {
    expect(networksSetting.parse(' 10.0.0.0/8, 2001:db8::/32 ')).toEqual(['10.0.0.0/8', '2001:db8::/32'])
    expect(networksSetting.parse(undefined)).toEqual([])
    for (const wrong of ['10.0.0.0', '10.0.0.0/33', 'proxy.example', '::/129']) {
      expect(networksSetting.safeParse(wrong).error?.issues[0]?.message).toContain('expected networks such as')
    }
  })
})

describe('the address of a client', () => {
  it.each([
    ['is that of the socket', '192.0.2.1', undefined, '192.0.2.1'],
    ['is IPv4 though a socket for IPv6 carries it', '::ffff:192.0.2.1', undefined, '192.0.2.1'],
    ['has no zone', 'fe80::1%eth0', undefined, 'fe80::1'],
    ['is not what a client says of itself', '192.0.2.1', '203.0.113.9', '192.0.2.1'],
    ['is what a trusted proxy says', '10.0.0.1', '203.0.113.9', '203.0.113.9'],
    ['is what a trusted proxy of IPv6 says', '2001:db8:1::5', '2001:db8:2::1', '2001:db8:2::1'],
    ['is the last that no trusted proxy has', '10.0.0.1', '203.0.113.9, 192.0.2.1, 10.0.0.2', '192.0.2.1'],
    ['is found over several headers', '10.0.0.1', ['203.0.113.9', '192.0.2.1'], '192.0.2.1'],
    ["is a proxy's own where that calls", '10.0.0.1', undefined, '10.0.0.1'],
    ['is unknown where the proxy writes nonsense', '10.0.0.1', '203.0.113.9, unknown', undefined],
    ['is unknown where the socket has gone', '', undefined, undefined],
  ])('%s', (_what, remote, forwarded, expected) => {
    expect(addressOf(remote, forwarded)).toBe(expected)
  })

  it('cannot be chosen by who is not trusted', () => {
    fc.assert(
      fc.property(fc.array(fc.ipV4()), (claimed) => {
        expect(addressOf('10.0.0.1', [...claimed, '192.0.2.1'].join(', '))).toBe('192.0.2.1')
      }),
    )
  })
})
