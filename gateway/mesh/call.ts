import type { Dispatcher } from 'undici'
import { errors } from 'undici'
import { ModelgraphError } from '../../shared/errors/modelgraph-error.js'
import { Patience } from './patience.js'

/** One call of a subgraph over HTTP. */
export interface SubgraphCall {
  readonly subgraph: string
  readonly dispatcher: Dispatcher
  readonly path: string
  readonly headers: Record<string, string>
  readonly body: string
  readonly timeoutMs: number
  /** Aborts when nobody waits any more. */
  readonly signal: AbortSignal
}

/** A GraphQL response as a subgraph sends it. */
export interface SubgraphAnswer {
  readonly data?: Record<string, unknown> | null
  readonly errors?: readonly SubgraphError[]
  readonly extensions?: Record<string, unknown>
}

export interface SubgraphError {
  readonly message: string
  readonly path?: readonly (string | number)[]
  readonly extensions?: Record<string, unknown>
}

/**
 * Calls a subgraph once. Throws `DEADLINE_EXCEEDED` when the answer is not there in time, `SUBGRAPH_UNAVAILABLE` when
 * the connection is refused or breaks or the answer is not GraphQL. A GraphQL answer counts whatever its status.
 */
export async function callSubgraph(call: SubgraphCall): Promise<SubgraphAnswer> {
  const { status, text } = await exchange(call)
  const answer = readAnswer(text)
  if (answer) return answer
  throw unavailable(call.subgraph, `answered with status ${status} and no GraphQL`)
}

async function exchange(call: SubgraphCall): Promise<{ status: number; text: string }> {
  const { dispatcher, path, headers, body } = call
  const patience = new Patience(call.timeoutMs, call.signal)
  try {
    const response = await dispatcher.request({ path, method: 'POST', headers, body, signal: patience.signal })
    return { status: response.statusCode, text: await response.body.text() }
  } catch (error) {
    throw patience.isOver ? late(call, error) : unavailable(call.subgraph, reasonOf(error), error)
  } finally {
    patience.end()
  }
}

function readAnswer(text: string): SubgraphAnswer | undefined {
  try {
    const parsed: unknown = JSON.parse(text)
    return isAnswer(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}

function isAnswer(value: unknown): value is SubgraphAnswer {
  if (typeof value !== 'object' || value === null) return false
  const { data, errors: list } = value as { data?: unknown; errors?: unknown }
  const sound = list === undefined || (Array.isArray(list) && list.every(isError))
  return sound && (typeof data === 'object' || (data === undefined && Array.isArray(list) && list.length > 0))
}

function isError(value: unknown): value is SubgraphError {
  return typeof value === 'object' && value !== null && typeof (value as { message?: unknown }).message === 'string'
}

function late({ subgraph, timeoutMs }: SubgraphCall, cause: unknown): ModelgraphError {
  const waited = Math.round(timeoutMs)
  return new ModelgraphError(
    'DEADLINE_EXCEEDED',
    `The subgraph ${subgraph} did not answer within ${waited} ms.`,
    { subgraph },
    cause,
  )
}

function unavailable(subgraph: string, reason: string, cause?: unknown): ModelgraphError {
  return new ModelgraphError('SUBGRAPH_UNAVAILABLE', `The subgraph ${subgraph} ${reason}.`, { subgraph }, cause)
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ECONNREFUSED' || error instanceof errors.ConnectTimeoutError) return 'accepts no connections'
  if (error instanceof Error && error.name === 'AbortError') return 'was no longer waited for'
  return 'broke the connection'
}
