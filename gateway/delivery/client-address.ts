import type { HttpRequest } from '../../shared/http/message.js'
import { type Networks, plainAddress } from './networks.js'

/**
 * Where a request comes from: the address at the other end of its socket, or, where that is a trusted proxy, the last one in
 * `x-forwarded-for` that is not. Everything before that could be written by anybody. Undefined when it cannot be told.
 */
export function clientAddress(
  { socket, headers }: Pick<HttpRequest, 'headers' | 'socket'>,
  proxies: Networks,
): string | undefined {
  let address = plainAddress(socket.remoteAddress ?? '')
  const forwarded = [headers['x-forwarded-for'] ?? []].flat().join(',')
  const hops = forwarded === '' ? [] : forwarded.split(',')
  while (address !== undefined && proxies.has(address) && hops.length > 0) address = plainAddress(hops.pop()!)
  return address
}
