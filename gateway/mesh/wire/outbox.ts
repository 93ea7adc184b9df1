import { MAX_PARTS } from '../../../shared/mesh/protocol.js'
import { sizeOf } from '../json.js'
import type { MeshTime } from '../mesh-time.js'
import type { Part } from './part.js'

/** Variables of this size travel alone, in UTF-16 code units or bytes: they would keep the others waiting. */
const LARGE = 100_000

/** Variables of one request in all, so that it stays well below what a subgraph takes, in the same. */
const LARGEST_BATCH = 1_000_000

export interface OutboxOptions {
  /** Sends parts as one request. */
  readonly send: (parts: readonly Part[]) => void
  /** Whether so many parts should not wait for the end of the turn. */
  readonly isFull: (parts: number) => boolean
  readonly time: Pick<MeshTime, 'endOfTurn'>
}

/** Gathers the parts of one event-loop turn for one replica. */
export class Outbox {
  /** Whether parts may travel together: only our own subgraphs know arrays, and say so with every answer. */
  isShared = false
  private waiting: Part[] = []

  constructor(private readonly options: OutboxOptions) {}

  add(part: Part): void {
    const { time, isFull } = this.options
    const parts = this.waiting.push(part)
    if (parts === 1) time.endOfTurn(() => this.flush())
    if (isFull(parts)) this.flush()
  }

  private flush(): void {
    const parts = this.waiting.filter(({ isSettled }) => !isSettled)
    this.waiting = []
    const together: Part[] = []
    for (const part of parts) {
      if (this.travelsAlone(part)) this.options.send([part])
      else together.push(part)
    }
    for (const batch of batchesOf(together)) this.options.send(batch)
  }

  /** A mutation must not be lost with others, nor be sent again with them. */
  private travelsAlone({ operation, variables = '' }: Part): boolean {
    return !this.isShared || operation.kind === 'mutation' || sizeOf(variables) > LARGE
  }
}

function batchesOf(parts: Part[]): Part[][] {
  const batches: Part[][] = []
  let size = LARGEST_BATCH
  for (const part of parts) {
    const own = sizeOf(part.variables ?? '')
    size += own
    const last = batches.at(-1)
    if (last && size <= LARGEST_BATCH && last.length < MAX_PARTS) last.push(part)
    else {
      batches.push([part])
      size = own
    }
  }
  return batches
}
