import { describe, expect, it } from 'vitest'
import { goalTableOf } from './goals.js'
import type { Row } from './series.js'

describe('the table of goals', () => {
  it('tells met from missed by the figures', () => {
    const rows = [row('bare', 32, 10_000), row('gateway', 32, 6_000), row('subgraph', 32, 9_990)]
    expect(goalTableOf(rows)).toContain(
      '`gateway` at 32 connections, requests a second, of `bare` | ≥ 0.6 | 0.60 | met |',
    )
    expect(goalTableOf(rows)).toContain('of `bare` | ≥ 1 | 0.999 | **missed** |')
  })

  it('leaves out what was not measured', () => {
    expect(goalTableOf([row('gateway', 32, 6_000)]).split('\n')).toHaveLength(2)
  })
})

function row(name: string, concurrency: number, rps: number): Row {
  const figures = { rps, p50Ms: 1, p99Ms: 2, cpuUsPerOp: null, besideCpuUsPerOp: null, loadCpuUsPerOp: null }
  return { name, concurrency, ...figures, ratioToBare: 1, cpuRatio: null }
}
