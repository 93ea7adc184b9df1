import type { SignedBody } from '../../identity/mac.js'
import type { Log } from '../../telemetry/log.js'
import { createIdentify, type IdentifyOptions, type Introduction } from './identify.js'
import { maskError } from './mask-errors.js'
import { answerPart, type PartAnswer, type PartsOptions, requirePartCount } from './parts.js'

export interface AnswerPartsOptions extends IdentifyOptions, Omit<PartsOptions, 'mask'> {
  readonly log: Log
}

/** The parts of a request, under way; none of them rejects. */
export interface AnsweringParts {
  /** Whether the request is an array, and its answer as well. */
  readonly isArray: boolean
  readonly parts: readonly Promise<PartAnswer>[]
}

/**
 * Begins to answer a request: `body` is what was signed, `json` reads what is in it. Throws a coded error when the request as
 * a whole cannot be answered; nothing of it is read before its identity is proven.
 */
export type AnswerParts = (introduction: Introduction, body: SignedBody, json: () => unknown) => AnsweringParts

export function createAnswerParts(options: AnswerPartsOptions): AnswerParts {
  const parts = { ...options, mask: (error: unknown, requestId: string) => maskError(error, requestId, options.log) }
  const identify = createIdentify(options)
  return (introduction, body, json) => {
    const now = options.clock.now()
    const request = identify(introduction, body, now)
    const read = json()
    const isArray = Array.isArray(read)
    if (isArray) requirePartCount(read)
    const operations: readonly unknown[] = isArray ? read : [read]
    return { isArray, parts: operations.map((operation) => answerPart(operation, request, now, parts)) }
  }
}
