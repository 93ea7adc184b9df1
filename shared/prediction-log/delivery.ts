import type { PredictionsReceipt } from '../control/protocol.js'
import type { Log } from '../telemetry/log.js'
import type { ChunkHead } from './chunk.js'
import { type Frame, readFrames } from './frame.js'
import type { LogCounts } from './log-counts.js'
import type { Segment, Spool } from './spool.js'

/** Brings chunks, frame after frame, to the registry. Rejects when it does not answer; `refused` when it never will take them. */
export type Deliver = (frames: Buffer, signal: AbortSignal) => Promise<PredictionsReceipt | 'refused'>

export interface DeliveryOptions {
  readonly spool: Spool
  readonly deliver: Deliver
  readonly counts: LogCounts
  readonly log: Log
  /** Waits; ends early, by rejecting, when the signal aborts. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<unknown>
  /** Uniform in [0, 1). */
  readonly random: () => number
  /** Told when a segment has left the spool. */
  readonly onProgress: () => void
}

/** Between two deliveries of less than a segment, in milliseconds: what one costs counts little then. */
const GATHER_MS = 1_000
const BACKOFF_MS = 100
const MAX_BACKOFF_MS = 10_000

/**
 * Empties the spool into the registry, the oldest segment first, one at a time. A segment leaves the disk once the registry
 * has it; what is delivered twice, because an answer got lost, the registry recognises.
 */
export class Delivery {
  readonly #options: DeliveryOptions
  readonly #stopping = new AbortController()
  readonly #running: Promise<void>
  #wake = () => {}
  #failures = 0

  constructor(options: DeliveryOptions) {
    this.#options = options
    this.#stopping.signal.addEventListener('abort', () => this.#wake(), { once: true })
    this.#running = this.#run()
  }

  /** There is something in the spool. */
  wake(): void {
    this.#wake()
  }

  /** Delivers what it can within `limitMs` and ends; the rest stays on disk. */
  async finish(limitMs: number): Promise<void> {
    this.#stopping.abort()
    await this.#running
    const limit = new AbortController()
    const late = this.#options.pause(limitMs, limit.signal).then(
      () => limit.abort(),
      () => {},
    )
    while (!limit.signal.aborted && (await this.#deliverOldest(limit.signal).catch(() => false)));
    limit.abort()
    await late
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping
    while (!signal.aborted) {
      const woken = this.#woken()
      try {
        if (await this.#deliverOldest(signal)) await this.#delivered(signal)
        else if (!signal.aborted) await woken
      } catch (error) {
        if (!signal.aborted) await this.#backOff(error, signal)
      }
    }
  }

  #woken(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  /** False when there is none. */
  async #deliverOldest(signal: AbortSignal): Promise<boolean> {
    const { spool, deliver, counts, log, onProgress } = this.#options
    const segment = await spool.oldest()
    if (!segment) return false
    const frames = await this.#framesOf(segment)
    if (frames.length > 0) {
      const receipt = await deliver(frames, signal)
      if (receipt === 'refused') {
        log.error(
          { segment: segment.path, bytes: segment.bytes },
          'the registry refused recorded predictions; they are lost',
        )
        counts.add(
          'refused',
          readFrames(frames).frames.reduce((sum, frame) => sum + rowsOf(frame), 0),
        )
      } else this.#received(receipt)
    }
    await spool.remove(segment)
    onProgress()
    return true
  }

  #received({ stored, known, refused }: PredictionsReceipt): void {
    const { counts, log } = this.#options
    counts.add('delivered', stored + known)
    counts.add('refused', refused.rows)
    if (refused.rows > 0) log.error({ refused }, 'the registry refused recorded predictions; they are lost')
  }

  async #framesOf(segment: Segment): Promise<Buffer> {
    const { spool, log } = this.#options
    const { bytes, damagedBytes } = await spool.read(segment)
    if (damagedBytes > 0) {
      log.warn({ segment: segment.path, damagedBytes }, 'a part of the spool was not written whole and is skipped')
    }
    return bytes
  }

  /** Then lets more come together, unless a segment is full. */
  async #delivered(signal: AbortSignal): Promise<void> {
    const { log, spool, pause } = this.#options
    if (this.#failures > 0) log.info('predictions are delivered to the registry again')
    this.#failures = 0
    if (!spool.hasClosed) await pause(GATHER_MS, signal).catch(() => {})
  }

  async #backOff(error: unknown, signal: AbortSignal): Promise<void> {
    const { log, pause, random } = this.#options
    if (this.#failures === 0) log.warn({ err: error }, 'predictions cannot be delivered; they wait on disk')
    this.#failures += 1
    const limit = Math.min(MAX_BACKOFF_MS, BACKOFF_MS * 2 ** this.#failures)
    await pause(limit * (0.5 + random() / 2), signal).catch(() => {})
  }
}

/** Every frame is a chunk of ours. */
function rowsOf({ head }: Frame): number {
  return (JSON.parse(head.toString('utf8')) as ChunkHead).rows
}
