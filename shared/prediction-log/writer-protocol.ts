import type { Batch } from './batch.js'
import type { LogOutcome } from './log-counts.js'

/** What the writer of the log is told. Messages keep their order. */
export type ToWriter =
  | {
      readonly type: 'batch'
      /** Ascending. */
      readonly number: number
      readonly batch: Batch
    }
  /** Writes everything, delivers what it can within two seconds, and leaves. */
  | { readonly type: 'close' }

/** What the writer tells. */
export type FromWriter =
  /** The spool is open; batches are taken. */
  | { readonly type: 'opened' }
  | { readonly type: 'failed'; readonly message: string }
  | WriterProgress
  | { readonly type: 'closed' }

export interface WriterProgress {
  readonly type: 'progress'
  /** The last batch of whose rows none waits in memory any more. */
  readonly settled: number
  /** Rows since it was last told, by what became of them. */
  readonly rows: Readonly<Partial<Record<LogOutcome, number>>>
  /** Bytes on disk that wait to be delivered. */
  readonly spoolBytes: number
  /** Cells that were read, to be filled again. */
  readonly read: readonly Float64Array[]
}

/** A way to the writer, which may be lost and found again. */
export interface WriterLink {
  send(message: ToWriter, transfer: readonly ArrayBuffer[]): void
  /** Whom it tells, once and for all: of messages, and that all that was sent and is not settled is lost. */
  follow(listener: WriterListener): void
}

export interface WriterListener {
  readonly onMessage: (message: FromWriter) => void
  readonly onLost: () => void
}
