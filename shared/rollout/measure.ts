import { cpus } from 'node:os'
import type { RolloutPolicy } from './policy.js'
import { route } from './route.js'

const ROWS = 1_000_000
const ROUNDS = 5

const policy: RolloutPolicy = {
  model: 'fraud-detector',
  revision: 7,
  champion: 1,
  canary: { version: 2, weight: 5, salt: 'fraud-detector:production:7' },
  shadows: [],
}

/** What routing costs: nanoseconds a row, the best of some rounds over a million keys of the usual lengths. */
function measure(): void {
  process.stdout.write(`node ${process.version}, ${cpus().length} x ${cpus()[0]?.model ?? 'unknown CPU'}\n`)
  const kinds: readonly (readonly [string, (row: number) => string])[] = [
    ['a number of six digits', (row) => String(100_000 + (row % 900_000))],
    ['a UUID', (row) => `0190c8d2-7a4e-7000-8000-${row.toString(16).padStart(12, '0')}`],
  ]
  for (const [what, keyOf] of kinds) {
    const keys = Array.from({ length: ROWS }, (_, row) => keyOf(row))
    const rounds = Array.from({ length: ROUNDS }, () => nanosecondsARow(keys))
    process.stdout.write(`${what}: ${Math.min(...rounds).toFixed(0)} ns a row\n`)
  }
}

function nanosecondsARow(keys: readonly string[]): number {
  const ready = () => true
  const started = performance.now()
  let canaries = 0
  for (const key of keys) if (route(policy, key, ready).route === 'CANARY') canaries++
  const nanoseconds = ((performance.now() - started) * 1e6) / keys.length
  if (canaries === 0) throw new Error('nothing was routed to the canary')
  return nanoseconds
}

measure()
