import { BlockList, isIP } from 'node:net'
import { z } from 'zod'

/** IP networks, IPv4 and IPv6. */
export class Networks {
  private readonly list = new BlockList()

  /** From CIDR notation: `192.0.2.0/24`, `2001:db8::/32`. */
  constructor(cidrs: readonly string[]) {
    for (const cidr of cidrs) {
      const [network = '', bits] = cidr.split('/')
      this.list.addSubnet(network, Number(bits), familyOf(network))
    }
  }

  /** Whether one of them holds an address as {@link plainAddress} writes it. */
  has(address: string): boolean {
    return this.list.check(address, familyOf(address))
  }
}

/** An address without its zone, and as IPv4 where IPv6 only carries it; undefined for what is none. */
export function plainAddress(text: string): string | undefined {
  const [address = ''] = text
    .trim()
    .replace(/^::ffff:(?=\d+\.)/i, '')
    .split('%')
  return isIP(address) === 0 ? undefined : address
}

/** A setting: networks in CIDR notation, separated by commas. */
export const networksSetting = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((cidr) => cidr.trim())
      .filter(Boolean),
  )
  .pipe(z.array(z.union([z.cidrv4(), z.cidrv6()], { error: 'expected networks such as 10.0.0.0/8,2001:db8::/32' })))

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return address.includes(':') ? 'ipv6' : 'ipv4'
}
