import { describe, expect, it } from 'vitest'
import { ModelgraphError } from '../../errors/modelgraph-error.js'
import type { Engine, RunTimes } from '../../inference/engine.js'
import { Breakers } from '../../rollout/breaker.js'
import type { RowBlock } from '../../tensor/row-block.js'
import { Route } from '../schema/prediction.js'
import { type Routed, RoutingTable } from './routing-table.js'
import { RowRoutes } from './row-routes.js'
import { runRows } from './run-rows.js'

const CHAMPION: Routed = { id: 'risk@1', version: 1, route: Route.CHAMPION, revision: 1 }
const CANARY: Routed = { id: 'risk@2', version: 2, route: Route.CANARY, revision: 1 }

/** The times of a field whose rows go these ways, when the versions take these times; 2 fails every row of its own. */
function timesOf(routes: readonly Routed[], times: Readonly<Record<string, RunTimes>>): Promise<RunTimes> {
  const errors = new Map<number, ModelgraphError>()
  const block: RowBlock = {
    length: routes.length,
    encode() {},
    decode: (from) => void errors.delete(from),
    fail: (from, _to, error) => void errors.set(from, error),
  }
  const engine = {
    async run(id: string, rows: RowBlock) {
      if (id === 'risk@2') rows.fail(0, 1, new ModelgraphError('INFERENCE_FAILED', 'no', {}))
      else rows.decode(0, 1, {}, 0)
      return times[id]!
    },
  } as unknown as Engine
  const routing = new RoutingTable(new Breakers({ failures: 9, openMs: 1, monotonic: () => 0 }), () => 0)
  const versions = new Map([1, 2, 3].map((version) => [version, { id: `risk@${version}`, loaded: true }]))
  routing.switch('risk', { champion: 1, aliases: {}, versions })
  const options = { deadline: Number.POSITIVE_INFINITY, priority: 'interactive' } as const
  const passage = { model: 'risk', block, places: undefined, errors: () => errors, options }
  return runRows({ ...passage, routes: RowRoutes.each(routes) }, { engine, routing })
}

describe('the times of a field', () => {
  const [short, long] = [
    { queueMs: 9, runMs: 1 },
    { queueMs: 2, runMs: 10 },
  ]

  it('are those of its one run', async () => {
    expect(await timesOf([CHAMPION], { 'risk@1': short })).toEqual(short)
  })

  it('are those of the version that took longest, where several answer', async () => {
    const other = { ...CHAMPION, id: 'risk@3', version: 3 }
    expect(await timesOf([CHAMPION, other], { 'risk@1': short, 'risk@3': long })).toEqual(long)
    expect(await timesOf([CHAMPION, other], { 'risk@1': long, 'risk@3': short })).toEqual(long)
  })

  it('count the version that failed and the fallback', async () => {
    expect(await timesOf([CANARY], { 'risk@1': short, 'risk@2': long })).toEqual({ queueMs: 11, runMs: 11 })
  })
})
