import {
  CLIENT_ID,
  NONE,
  OTHER,
  type PredictionUse,
  type RequestUse,
  type UsedOperation,
} from '../../shared/control/usage.js'
import { latencyBucket } from '../../shared/telemetry/latency-counts.js'
import type { EndedRequest, PredictedFetch } from './used.js'

/** What a table has counted, as it is reported. */
export interface Counted {
  readonly requests: readonly RequestUse[]
  readonly predictions: readonly PredictionUse[]
  readonly operations: ReadonlyMap<string, UsedOperation>
  readonly otherFields: ReadonlySet<string>
}

const HOUR_MS = 3_600_000

/** What the registry takes as the name of a model. */
const LONGEST_MODEL = 63

/** Fields that are kept of operations that found no room, at most. */
const MOST_OTHER_FIELDS = 20_000

type Open<Use> = { -readonly [Key in keyof Use]: Use[Key] extends number | string ? Use[Key] : Record<string, number> }

/** The line of a client and operation in the hour that is counted, and what was predicted in it by model and version. */
interface Line {
  readonly use: Open<RequestUse>
  readonly predictions: Map<string, Map<number, Open<PredictionUse>>>
}

/**
 * Counts requests by client and operation, and predictions by model and version as well. Room is bounded: past `room` lines
 * of either kind an operation is counted as `other`, past twice as many a client (for predictions, a model) too.
 */
export class UsageTable {
  private readonly requests: Open<RequestUse>[] = []
  private readonly predictions: Open<PredictionUse>[] = []
  private readonly operations = new Map<string, UsedOperation>()
  private readonly otherFields = new Set<string>()
  /** By client, then operation, of the current hour. */
  private lines = new Map<string, Map<string, Line>>()
  private hour = -1

  constructor(private readonly room: number) {}

  get isEmpty(): boolean {
    return this.requests.length === 0
  }

  /** `now` in milliseconds since the epoch. */
  count({ client = NONE, operation, codes, latencyMs, predicted }: EndedRequest, now: number): void {
    const hour = now - (now % HOUR_MS)
    if (hour !== this.hour) this.turn(hour)
    const line = this.lines.get(client)?.get(operation?.hash ?? NONE) ?? this.open(client, operation)
    const { use } = line
    use.requests += 1
    add(use.latencies, latencyBucket(latencyMs), 1)
    if (codes.length > 0) {
      use.failed += 1
      for (const code of codes) add(use.codes, code, 1)
    }
    for (const fetch of predicted) this.predict(line, fetch)
  }

  counted(): Counted {
    const { requests, predictions, operations, otherFields } = this
    return { requests, predictions, operations, otherFields }
  }

  private turn(hour: number): void {
    this.hour = hour
    this.lines = new Map()
  }

  private open(client: string, operation: UsedOperation | undefined): Line {
    const { length } = this.requests
    if (length < this.room) {
      if (operation) this.operations.set(operation.hash, operation)
      return this.lineOf(client, operation?.hash ?? NONE)
    }
    if (this.otherFields.size < MOST_OTHER_FIELDS) {
      for (const field of operation?.fields ?? []) this.otherFields.add(field)
    }
    return this.lineOf(length < 2 * this.room ? client : OTHER, OTHER)
  }

  private lineOf(client: string, operation: string): Line {
    const lines = this.lines.get(client) ?? new Map<string, Line>()
    this.lines.set(client, lines)
    const known = lines.get(operation)
    if (known) return known
    const use = {
      hour: this.hour,
      client: CLIENT_ID.test(client) ? client : OTHER,
      operation,
      requests: 0,
      failed: 0,
      codes: {},
      latencies: {},
    }
    const line = { use, predictions: new Map() }
    this.requests.push(use)
    lines.set(operation, line)
    return line
  }

  private predict(line: Line, { served, tookMs }: PredictedFetch): void {
    for (const [model, version, rows, failed] of served) {
      if (!(version >= 0 && rows >= 0 && failed >= 0)) continue
      const use = line.predictions.get(model)?.get(version) ?? this.openPrediction(line, model, version)
      use.fetches += 1
      use.rows += rows
      use.failed += failed
      add(use.latencies, latencyBucket(tookMs), 1)
    }
  }

  private openPrediction(line: Line, stated: string, version: number): Open<PredictionUse> {
    const model = stated.slice(0, LONGEST_MODEL) || OTHER
    const { length } = this.predictions
    if (length < this.room) return this.predictionOf(line, model, version)
    const { client } = line.use
    if (length < 2 * this.room) return this.predictionOf(this.lineOf(client, OTHER), model, version)
    return this.predictionOf(this.lineOf(OTHER, OTHER), OTHER, 0)
  }

  private predictionOf({ use: { hour, client, operation }, predictions }: Line, model: string, version: number) {
    const versions = predictions.get(model) ?? new Map<number, Open<PredictionUse>>()
    predictions.set(model, versions)
    const known = versions.get(version)
    if (known) return known
    const use = { hour, client, operation, model, version, fetches: 0, rows: 0, failed: 0, latencies: {} }
    this.predictions.push(use)
    versions.set(version, use)
    return use
  }
}

function add(counts: Record<string, number>, key: string | number, count: number): void {
  counts[key] = (counts[key] ?? 0) + count
}
