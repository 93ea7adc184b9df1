import type { TensorSet } from '../tensor/row-block.js'
import type { Signature } from '../tensor/signature.js'
import type { SessionOptions } from './session.js'

/** What a session thread can be asked. `key` names a session within its thread. */
export type SessionCall =
  | { readonly method: 'open'; readonly key: string; readonly path: string; readonly options: SessionOptions }
  | { readonly method: 'run'; readonly key: string; readonly inputs: TensorSet; readonly rows: number }
  | { readonly method: 'close'; readonly key: string }

/** A run's answer carries the input tensors back, so that their memory is used again. */
export interface ThreadRun {
  readonly outputs: TensorSet
  readonly inputs: TensorSet
  readonly micros: number
}

export interface SessionAnswers {
  readonly open: Signature
  readonly run: ThreadRun
  readonly close: undefined
}

/** Asks the thread to end when the runtime has returned. */
export const LEAVE = 'leave'

export interface CallMessage {
  readonly id: number
  readonly call: SessionCall
}

export type AnswerMessage =
  | { readonly id: number; readonly value: SessionAnswers[SessionCall['method']] }
  | { readonly id: number; readonly failure: Failure }

export interface Failure {
  readonly message: string
  /** The artifact has a tensor that cannot be served. */
  readonly unsupported: boolean
}
