import type { UsedOperation } from '../../shared/control/usage.js'
import { UsageTable } from './usage-table.js'

/**
 * CPU time of counting one request: synthetic clients, operations and latencies; a prediction in each.
 * `node dist/gateway/usage/measure.js [requests]`
 */
const REQUESTS = Number(process.argv[2] ?? 2_000_000)
const NOW = 1_700_000_000_000

for (const [clients, operations] of [
  [1, 1],
  [20, 50],
  [200, 100],
] as const) {
  const table = new UsageTable(5_000)
  const known: UsedOperation[] = Array.from({ length: operations }, (_, n) => ({
    ...{ hash: n.toString(16).padStart(64, '0'), name: `Operation${n}`, document: '{ a }', fields: ['Query.a'] },
  }))
  const names = Array.from({ length: clients }, (_, n) => `client-${n}`)
  const predicted = [{ served: [['fraud-detector', 1, 1, 0] as const], tookMs: 1.5 }]
  const run = (count: number): number => {
    const { user } = process.cpuUsage()
    for (let n = 0; n < count; n++) {
      const client = names[n % clients]!
      const operation = known[(n * 7) % operations]!
      table.count({ client, operation, codes: [], latencyMs: 0.5 + (n % 97) / 10, predicted }, NOW)
    }
    return process.cpuUsage().user - user
  }
  run(REQUESTS / 10)
  const microseconds = run(REQUESTS) / REQUESTS
  process.stdout.write(`${clients} clients, ${operations} operations: ${microseconds.toFixed(2)} µs a request\n`)
}
