import { quantile } from '../load/quantile.js'
import { rowOfSample } from '../row-of-sample.js'
import type { Row } from '../series.js'

/** What became of the requests of an open loop, by the client they came from. */
export class OverloadOutcome {
  readonly #accepted = { critical: [] as number[], internal: [] as number[] }
  readonly #refused: number[] = []
  #refusedCritical = 0
  #failed = 0

  take(critical: boolean, status: number, body: Buffer, latencyMs: number): void {
    if (status === 200 && !body.includes('"errors"')) {
      this.#accepted[critical ? 'critical' : 'internal'].push(latencyMs)
    } else if (body.includes('"OVERLOADED"')) {
      this.#refused.push(latencyMs)
      if (critical) this.#refusedCritical++
    } else this.#failed++
  }

  /** Whether 99 % of what was offered was answered within `limitMs`. */
  isFine(offered: number, limitMs: number): boolean {
    const { critical, internal } = this.#accepted
    const inTime = (latencyMs: number) => latencyMs <= limitMs
    return critical.filter(inTime).length + internal.filter(inTime).length >= 0.99 * offered
  }

  /** `offered` requests came within `milliseconds`, `offeredCritical` of them of mission-critical clients. */
  row(name: string, milliseconds: number, offered: Offered, beside: Readonly<Record<string, number>>): Row {
    const { critical, internal } = this.#accepted
    const accepted = [...critical, ...internal]
    const sample = { count: accepted.length, seconds: milliseconds / 1_000, latenciesMs: accepted }
    const refused = this.#refused.sort((a, b) => a - b)
    const extra = {
      offered: offered.all,
      refused: refused.length,
      refusedShare: refused.length / offered.all,
      refusedCritical: this.#refusedCritical,
      failed: this.#failed,
      ...(refused.length > 0 && { refusedP50Ms: quantile(refused, 0.5), refusedP99Ms: quantile(refused, 0.99) }),
      ...(offered.critical > 0 && {
        criticalAcceptedShare: critical.length / offered.critical,
        criticalP99Ms: quantile(
          critical.sort((a, b) => a - b),
          0.99,
        ),
      }),
      ...beside,
    }
    return { ...rowOfSample(name, 0, sample), extra }
  }
}

export interface Offered {
  readonly all: number
  readonly critical: number
}
