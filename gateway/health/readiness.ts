import type { Subgraph } from '../mesh/mesh.js'

export interface ReadinessOptions {
  /** The supergraph in use, undefined before the first. */
  readonly supergraph: () => { readonly number: number; readonly subgraphs: readonly Subgraph[] } | undefined
  /** Whether a subgraph answers. */
  readonly probe: (subgraph: Subgraph) => Promise<boolean>
  /** Where rates and quotas are counted; undefined where that never changes. */
  readonly limits?: (() => 'redis' | 'memory') | undefined
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Whether the whole graph can be asked, and what is missing. */
export interface ReadinessReport {
  readonly ready: boolean
  /** Number of the supergraph version in use. */
  readonly supergraph: number | null
  readonly subgraphs: Readonly<Record<string, 'live' | 'unreachable'>>
  /** `memory` while the Redis that gateways share does not answer: each counts by itself. */
  readonly limits?: 'redis' | 'memory'
}

/** A report is good for this long, in milliseconds, so that probes of us do not multiply into probes of all. */
const REPORT_TTL_MS = 1_000

/** The gateway is ready when a supergraph is loaded and every subgraph in it answers. */
export class Readiness {
  private latest: { readonly report: Promise<ReadinessReport>; readonly at: number } | undefined

  constructor(private readonly options: ReadinessOptions) {}

  report(): Promise<ReadinessReport> {
    const now = this.options.now()
    if (!this.latest || now - this.latest.at >= REPORT_TTL_MS) this.latest = { report: this.look(), at: now }
    return this.latest.report
  }

  private async look(): Promise<ReadinessReport> {
    const supergraph = this.options.supergraph()
    if (!supergraph) return { ready: false, supergraph: null, subgraphs: {} }
    const found = await Promise.all(
      supergraph.subgraphs.map(async (subgraph) => [subgraph.name, await this.options.probe(subgraph)] as const),
    )
    const subgraphs = Object.fromEntries(found.map(([name, live]) => [name, live ? 'live' : 'unreachable'] as const))
    const limits = this.options.limits?.()
    const ready = found.every(([, live]) => live)
    return { ready, supergraph: supergraph.number, subgraphs, ...(limits && { limits }) }
  }
}
