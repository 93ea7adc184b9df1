import { addLatencies, type LatencyCounts } from '../../../shared/telemetry/latency-counts.js'
import type { PredictionUseDocument } from './prediction-use-document.js'
import type { RequestUseDocument, UseDocument } from './request-use-document.js'
import type { Dimension } from './usage-query.js'

/** By what a row is counted: a value for each dimension that was asked for. */
export interface RowKey {
  readonly client?: string
  readonly operation?: string
  readonly field?: string
  readonly model?: string
  readonly version?: number
  readonly team?: string
  readonly start?: Date
}

/** Counts of one row. Latencies are of requests, or of fetches where predictions are what is counted. */
export interface UsageCounts {
  requests: number
  failed: number
  readonly codes: Record<string, number>
  predictions: number
  failedPredictions: number
  readonly latencies: Record<number, number>
}

export interface CountedRow {
  readonly key: RowKey
  readonly counts: UsageCounts
}

/** What the names of a row are looked up in. */
export interface UsageNames {
  /** Fields of an operation; none of one that is not known. */
  readonly fieldsOf: (operation: string) => readonly string[]
  readonly teamOf: (model: string) => string | undefined
}

/** Adds rollups up by dimensions. */
export class UsageRows {
  readonly total: UsageCounts = emptyCounts()
  private readonly rows = new Map<string, CountedRow>()

  constructor(
    private readonly by: readonly Dimension[],
    private readonly names: UsageNames,
  ) {}

  addRequests(use: RequestUseDocument): void {
    for (const counts of this.countsOf(use)) {
      counts.requests += use.requests
      counts.failed += use.failed
      for (const [code, count] of Object.entries(use.codes ?? {}))
        counts.codes[code] = (counts.codes[code] ?? 0) + count
      addLatencies(counts.latencies, use.latencies)
    }
  }

  /** `timed`: their latencies are those of the rows. */
  addPredictions(use: PredictionUseDocument, timed: boolean): void {
    for (const counts of this.countsOf(use)) {
      counts.predictions += use.rows
      counts.failedPredictions += use.failed
      if (timed) addLatencies(counts.latencies, use.latencies as LatencyCounts)
    }
  }

  /** The largest, the earliest first where time is a dimension. */
  top(count: number): { readonly rows: readonly CountedRow[]; readonly hasMore: boolean } {
    const sorted = [...this.rows.values()].sort((a, b) => sizeOf(b) - sizeOf(a) || (nameOf(a) < nameOf(b) ? -1 : 1))
    const rows = sorted.slice(0, count)
    if (rows[0]?.key.start) rows.sort((a, b) => a.key.start!.getTime() - b.key.start!.getTime())
    return { rows, hasMore: sorted.length > count }
  }

  private countsOf(use: RequestUseDocument | PredictionUseDocument): UsageCounts[] {
    if (!this.by.includes('FIELD')) return [this.total, this.row(this.keyOf(use))]
    const key = this.keyOf(use)
    return [this.total, ...this.names.fieldsOf(use.operation).map((field) => this.row({ ...key, field }))]
  }

  private row(key: RowKey): UsageCounts {
    const id = JSON.stringify(key)
    const known = this.rows.get(id)
    if (known) return known.counts
    const counts = emptyCounts()
    this.rows.set(id, { key, counts })
    return counts
  }

  private keyOf(use: UseDocument & { readonly model?: string; readonly version?: number }): RowKey {
    const { by } = this
    const { model, version } = use
    const team = model === undefined ? undefined : this.names.teamOf(model)
    const start = by.includes('HOUR') ? use.start : dayOf(use.start)
    return {
      ...(by.includes('CLIENT') && { client: use.client }),
      ...(by.includes('OPERATION') && { operation: use.operation }),
      ...((by.includes('MODEL') || by.includes('VERSION')) && model !== undefined && { model }),
      ...(by.includes('VERSION') && version !== undefined && { version }),
      ...(by.includes('TEAM') && team !== undefined && { team }),
      ...((by.includes('HOUR') || by.includes('DAY')) && { start }),
    }
  }
}

function emptyCounts(): UsageCounts {
  return { requests: 0, failed: 0, codes: {}, predictions: 0, failedPredictions: 0, latencies: {} }
}

function dayOf(time: Date): Date {
  return new Date(Math.floor(time.getTime() / 86_400_000) * 86_400_000)
}

function sizeOf({ counts }: CountedRow): number {
  return counts.requests || counts.predictions
}

function nameOf({ key }: CountedRow): string {
  return JSON.stringify(key)
}
