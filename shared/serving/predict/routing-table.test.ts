import { describe, expect, it } from 'vitest'
import { Breakers } from '../../rollout/breaker.js'
import { RoutingTable } from './routing-table.js'

const breakers = new Breakers({ failures: 1, openMs: 1_000, monotonic: () => 0 })

const versions = new Map([
  [1, { id: 'risk@1', loaded: true }],
  [2, { id: 'risk@2', loaded: false }],
])

function table(champion: number | undefined): RoutingTable {
  const routing = new RoutingTable(breakers)
  routing.switch('risk', { champion, aliases: { champion: 1, rival: 2 }, versions })
  return routing
}

describe('the routing table', () => {
  it.each([undefined, null])('routes to the champion when nothing is asked (%s)', (at) => {
    expect(table(1).route('risk', at, 'key')).toEqual({ id: 'risk@1', version: 1, route: 'CHAMPION' })
  })

  it.each(['1', 'champion'])('pins the version that %s names', (at) => {
    expect(table(1).route('risk', at, 'key')).toEqual({ id: 'risk@1', version: 1, route: 'PINNED' })
  })

  it.each(['2', 'rival'])('says that %s is not loaded', (at) => {
    expect(() => table(1).route('risk', at, 'key')).toThrowError(expect.objectContaining({ code: 'VERSION_NOT_READY' }))
  })

  it('says that the champion is not loaded', () => {
    expect(() => table(undefined).route('risk', undefined, 'key')).toThrowError(
      expect.objectContaining({ code: 'VERSION_NOT_READY', message: expect.stringContaining('champion of risk') }),
    )
  })

  it.each(['3', '01', 'Champion', 'toString', '__proto__'])('says what there is instead of %s', (at) => {
    expect(() => table(1).route('risk', at, 'key')).toThrowError(
      expect.objectContaining({
        code: 'MODEL_NOT_FOUND',
        message: `The model risk has no version or alias ${JSON.stringify(at)}; it has versions 1, 2 and aliases champion, rival.`,
      }),
    )
  })

  it('has nothing ready before it has heard of any deployment', () => {
    expect(() => new RoutingTable(breakers).route('risk', undefined, 'key')).toThrowError(
      expect.objectContaining({ code: 'VERSION_NOT_READY' }),
    )
  })

  it('does not know a model that is registered and has no version', () => {
    const routing = new RoutingTable(breakers)
    routing.switch('risk', { champion: undefined, aliases: {}, versions: new Map() })
    expect(() => routing.route('risk', undefined, 'key')).toThrowError(
      expect.objectContaining({ code: 'MODEL_NOT_FOUND' }),
    )
  })

  it('does not know a model that is not deployed', () => {
    const routing = table(1)
    routing.heardOfDeployments()
    routing.remove('risk')
    expect(() => routing.route('risk', undefined, 'key')).toThrowError(
      expect.objectContaining({ code: 'MODEL_NOT_FOUND' }),
    )
  })
})
