import { describe, expect, it } from 'vitest'
import type { Notices } from '../../deprecation/notice.js'
import { Breakers } from '../../rollout/breaker.js'
import type { RolloutPolicy } from '../../rollout/policy.js'
import { withNotices } from './model-routes.js'
import { RoutingTable } from './routing-table.js'

const breakers = new Breakers({ failures: 1, openMs: 1_000, monotonic: () => 0 })

let now = 0

const versions = new Map([
  [1, { id: 'risk@1', loaded: true }],
  [2, { id: 'risk@2', loaded: false }],
])

function table(champion: number | undefined): RoutingTable {
  const routing = new RoutingTable(breakers, () => now)
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
    expect(() => new RoutingTable(breakers, () => now).route('risk', undefined, 'key')).toThrowError(
      expect.objectContaining({ code: 'VERSION_NOT_READY' }),
    )
  })

  it('does not know a model that is registered and has no version', () => {
    const routing = new RoutingTable(breakers, () => now)
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

describe('a sunset', () => {
  const notice = { sunsetAt: 1_000, reason: 'It is biased.', replacement: 'risk@2' }
  const loaded = new Map([1, 2, 3].map((version) => [version, { id: `risk@${version}`, loaded: true }] as const))
  const policy = {
    model: 'risk',
    revision: 4,
    champion: 1,
    canary: { version: 2, weight: 100, salt: '' },
    fallback: 3,
    shadows: [{ version: 3, sample: 100 }],
  }

  function sunset(notices: Notices, given: RolloutPolicy = policy): RoutingTable {
    now = 0
    const routing = new RoutingTable(breakers, () => now)
    const routes = { champion: 1, aliases: { champion: 1, rival: 2 }, versions: loaded, policy: given }
    routing.switch('risk', withNotices(routes, notices))
    return routing
  }

  const refusal = (id: string) =>
    expect.objectContaining({
      code: 'MODEL_RETIRED',
      retryable: false,
      message: `${id} was retired at 1970-01-01T00:00:01.000Z. Use risk@2 instead. Reason: It is biased.`,
    })

  it('is announced before it comes, and refuses from its very moment', () => {
    const routing = sunset({ versions: { 1: notice } })
    now = 999
    const shown = { sunsetAt: new Date(1_000), reason: notice.reason, replacement: 'risk@2' }
    const before = routing.route('risk', '1', 'key')
    expect(before).toEqual({ id: 'risk@1', version: 1, route: 'PINNED', deprecation: shown })
    expect(routing.route('risk', '2', 'key')).toEqual({ id: 'risk@2', version: 2, route: 'PINNED' })
    now = 1_000
    for (const at of ['1', 'champion']) expect(routing.route('risk', at, 'key').refusal).toEqual(refusal('risk@1'))
  })

  it('of the champion refuses what the rollout gives it, and no fallback stands in', () => {
    const { canary: _canary, ...alone } = policy
    const routing = sunset({ versions: { 1: notice } }, alone)
    now = 1_000
    expect(routing.route('risk', null, 'key')).toMatchObject({
      version: 1,
      route: 'CHAMPION',
      revision: 4,
      refusal: refusal('risk@1'),
    })
  })

  it('of the champion leaves the cohort to the canary', () => {
    const routing = sunset({ versions: { 1: notice } })
    now = 1_000
    expect(routing.route('risk', null, 'key')).toEqual({ id: 'risk@2', version: 2, route: 'CANARY', revision: 4 })
  })

  it('of canary, fallback and shadow takes their traffic away', () => {
    const routing = sunset({ versions: { 2: notice, 3: notice } })
    now = 999
    expect(routing.route('risk', null, 'key').route).toBe('CANARY')
    now = 1_000
    const routed = routing.route('risk', null, 'key')
    expect(routed).toEqual({ id: 'risk@1', version: 1, route: 'CHAMPION', revision: 4 })
    expect(routing.fallback('risk', routed, 'INFERENCE_FAILED')).toBeUndefined()
    expect(routing.of('risk')?.policy).toEqual({ model: 'risk', revision: 4, champion: 1, shadows: [] })
  })

  it('of the model refuses every version; the earlier of two is the one that counts', () => {
    const routing = sunset({
      model: notice,
      versions: { 2: { ...notice, sunsetAt: 5_000 }, 3: { ...notice, sunsetAt: 500 } },
    })
    now = 500
    expect(routing.route('risk', '3', 'key').refusal?.message).toContain('1970-01-01T00:00:00.500Z')
    expect(routing.route('risk', '2', 'key').refusal).toBeUndefined()
    now = 1_000
    for (const at of [null, '1', '2', 'rival'])
      expect(routing.route('risk', at, 'key').refusal?.code).toBe('MODEL_RETIRED')
  })

  it('is told of a version that is deployed no more', () => {
    const routing = sunset({ versions: { 7: notice } })
    expect(() => routing.route('risk', '7', 'key')).toThrowError(expect.objectContaining({ code: 'MODEL_NOT_FOUND' }))
    now = 1_000
    expect(routing.route('risk', '7', 'key').refusal).toEqual(refusal('risk@7'))
  })
})
