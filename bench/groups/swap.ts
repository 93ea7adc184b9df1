import { setTimeout as wait } from 'node:timers/promises'
import { compose } from '../graph/compose.js'
import { LARGE_GRAPH, largeGraph } from '../graph/large-graph.js'
import { PAUSED, type Paused } from '../graph/loop-delay.js'
import { closedLoop, type Sample, type Target } from '../load/closed-loop.js'
import { type ForkedProcess, startMeasured } from '../process.js'
import { rowOfSample } from '../row-of-sample.js'
import type { Row } from '../series.js'
import type { Stage } from '../stage.js'
import { startOurs } from '../subjects/gateway-alone.js'
import { listTarget } from '../subjects/targets.js'

const SWAPS = 6
const CALLERS = 8
/** Long enough to be ended by the last swap, in milliseconds. */
const LONGEST_MS = 10 * 60_000
/** Load before the first swap and between two, in milliseconds. */
const STEADY_MS = 3_000
const BETWEEN_MS = 500
const LOOP_DELAY = 'dist/bench/graph/loop-delay.js'

/** Supergraphs of 150 subgraphs and 1,500 types taken into use while callers ask. */
export async function swapRows(stage: Stage): Promise<readonly Row[]> {
  const subgraph = await stage.keep(startMeasured('dist/bench/graph/list-subgraph.js'))
  const url = new URL('/graphql', subgraph.url).href
  const first = await compose(largeGraph(url, 1))
  const second = await compose(largeGraph(url, 2))
  const ours = await startOurs(stage, first, [LOOP_DELAY])
  const { failed, target } = countingFailures(listTarget(ours.url, ours.headers))
  await closedLoop(target, { concurrency: CALLERS, milliseconds: STEADY_MS })
  const end = new AbortController()
  const load = closedLoop(target, { concurrency: CALLERS, milliseconds: LONGEST_MS, signal: end.signal })
  const pauseWithoutSwapMs = await steadyPause(ours.gateway)
  const publish = (swap: number) => ours.control.publish(swap % 2 === 0 ? second : first)
  const swaps = await swapped(ours.gateway, publish)
  end.abort()
  return [row(await load, { failed: failed(), pauseWithoutSwapMs, ...swaps })]
}

function countingFailures(target: Target): { target: Target; failed: () => number } {
  let count = 0
  const accept = (body: Buffer, status: number) => {
    if (!target.accept(body, status)) count++
    return true
  }
  return { target: { ...target, accept }, failed: () => count }
}

async function steadyPause(gateway: ForkedProcess): Promise<number> {
  await gateway.ask<Paused>(PAUSED)
  await wait(STEADY_MS)
  return (await gateway.ask<Paused>(PAUSED)).maxMs
}

/** Publishes one after the other; answers the longest pause of the gateway's main thread and how long a swap took at most. */
async function swapped(gateway: ForkedProcess, publish: (swap: number) => Promise<void>) {
  let [pauseMs, longestSwapMs] = [0, 0]
  for (let swap = 0; swap < SWAPS; swap++) {
    const published = performance.now()
    await publish(swap)
    longestSwapMs = Math.max(longestSwapMs, performance.now() - published)
    await wait(BETWEEN_MS)
    pauseMs = Math.max(pauseMs, (await gateway.ask<Paused>(PAUSED)).maxMs)
  }
  return { pauseMs, longestSwapMs }
}

function row(sample: Sample, extra: Readonly<Record<string, number>>): Row {
  const { subgraphs, types } = LARGE_GRAPH
  return { ...rowOfSample('swap', CALLERS, sample), extra: { swaps: SWAPS, subgraphs, types, ...extra } }
}
