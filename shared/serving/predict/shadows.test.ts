import { describe, expect, it } from 'vitest'
import { compileContract, contractOf } from '../../contract/index.js'
import type { Engine, RunOptions, RunTimes } from '../../inference/engine.js'
import { Breakers } from '../../rollout/breaker.js'
import type { RowBlock } from '../../tensor/row-block.js'
import { Payment, PaymentRisk } from '../fixtures/sample.js'
import { Route } from '../schema/prediction.js'
import type { AnsweredField } from './answered-field.js'
import type { Call } from './call.js'
import { RoutingTable } from './routing-table.js'
import { RowRoutes } from './row-routes.js'
import { Shadows } from './shadows.js'

const contract = compileContract(
  contractOf({ name: 'payment-risk', description: 'Risk.', input: Payment, output: PaymentRisk, responseTimeMs: 50 }),
)

/** Shadows over an engine whose runs end when they are told to. */
function shadowing(sample: number) {
  const routing = new RoutingTable(new Breakers({ failures: 1, openMs: 1, monotonic: () => 0 }), () => 0)
  const versions = new Map([1, 2].map((version) => [version, { id: `payment-risk@${version}`, loaded: true }]))
  const shadows = [{ version: 2, sample }]
  const policy = { model: 'payment-risk', revision: 1, champion: 1, shadows }
  routing.switch('payment-risk', { champion: 1, aliases: {}, versions, policy })
  const runs: { rows: number; priority: string; end: () => void }[] = []
  const queued = { rows: 0 }
  const engine = {
    status: () => [{ id: 'payment-risk@1', queuedRows: queued.rows }],
    run: (_id: string, { length: rows }: RowBlock, { priority }: RunOptions) =>
      new Promise<RunTimes>((end) => runs.push({ rows, priority, end: () => end({ queueMs: 0, runMs: 0 }) })),
  } as unknown as Engine
  const missed: [string, number][] = []
  const metrics = {
    compared: () => {},
    missed: (_: object, outcome: string, rows: number) => missed.push([outcome, rows]),
  }
  const later: (() => void)[] = []
  const schedule = (turn: () => void) => void later.push(turn)
  const turn = () => {
    for (const due of later.splice(0)) due()
  }
  const runner = new Shadows({
    engine,
    routing,
    metrics: metrics as never,
    now: () => 0,
    schedule,
    onShadowed: () => {},
  })
  return { runner, runs, missed, queued, turn }
}

async function field(rows: number, revision: number | undefined = 1): Promise<AnsweredField> {
  const inputs = Array.from({ length: rows }, () => ({ amount: 1, sinceLastPayment: 1 }))
  const { block } = await contract.admitRows(inputs, 'inputs')
  const routed = { id: 'payment-risk@1', version: 1, route: Route.CHAMPION }
  return {
    model: 'payment-risk',
    call: {} as Call,
    inputs,
    rows,
    ids: inputs.map((_, row) => `id-${row}`),
    routes: RowRoutes.all(revision === undefined ? routed : { ...routed, revision }),
    errors: new Map(),
    outputsOf: () => ({ probability: 0.5 }),
    block,
    places: undefined,
    startedAt: 0,
    latencyMs: 0,
    queueMs: 0,
    runMs: 0,
  }
}

describe('shadows', () => {
  it('wait for a later turn, and run at batch priority', async () => {
    const { runner, runs, turn } = shadowing(100)
    runner.follow(await field(3), contract)
    expect(runs).toEqual([])
    turn()
    expect(runs).toEqual([expect.objectContaining({ rows: 3, priority: 'batch' })])
  })

  it('run on a share of the rows', async () => {
    const { runner, runs, turn } = shadowing(10)
    runner.follow(await field(1_000), contract)
    turn()
    expect(runs[0]!.rows).toBeGreaterThan(70)
    expect(runs[0]!.rows).toBeLessThan(130)
  })

  it('leave alone what no rollout routed', async () => {
    const { runner, runs, turn } = shadowing(100)
    const pinned = {
      ...(await field(3)),
      routes: RowRoutes.all({ id: 'payment-risk@1', version: 1, route: Route.PINNED }),
    }
    runner.follow(pinned, contract)
    turn()
    expect(runs).toEqual([])
  })

  it('drop, and count, what they have no room for', async () => {
    const { runner, runs, missed, turn } = shadowing(100)
    for (const rows of [1_500, 800, 10]) runner.follow(await field(rows), contract)
    turn()
    expect(runs.map(({ rows }) => rows)).toEqual([1_500, 500])
    expect(missed).toEqual([
      ['dropped', 300],
      ['dropped', 10],
    ])
  })

  it('stand back while rows wait for their answer', async () => {
    const { runner, runs, missed, queued, turn } = shadowing(100)
    queued.rows = 501
    runner.follow(await field(7), contract)
    turn()
    expect(runs).toEqual([])
    expect(missed).toEqual([['dropped', 7]])
  })
})
