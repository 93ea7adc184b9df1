import { ABORTED } from '../../shared/control/usage.js'
import type { Log } from '../../shared/telemetry/log.js'
import type { EndedRequest } from '../usage/used.js'
import type { Exchange } from './exchange.js'

/** One log line per request: who asked for what, how it went, how long it took. No variables, no keys, no bodies. */
export function logRequest(exchange: Exchange, log: Log, now: () => number): void {
  if (exchange.path.startsWith('/health/') || exchange.path === '/metrics' || !log.isLevelEnabled('info')) return
  const { requestId, route, caller, record, response, startedAt } = exchange
  const { operationName, codes, span } = record
  const client = caller?.identity.client
  const outcome = outcomeOf(exchange)
  const { statusCode: status } = response
  log.info(
    {
      requestId,
      traceId: span?.traceId,
      route,
      client,
      operationName,
      outcome,
      codes,
      status,
      durationMs: now() - startedAt,
    },
    'request',
  )
}

/** Ends the span of a request that is over, where it has one. */
export function endSpan({ requestId, caller, record, response }: Exchange): void {
  const { span, operationName, operation, codes } = record
  if (!span) return
  span.end(
    {
      'modelgraph.request.id': requestId,
      'modelgraph.client': caller?.identity.client,
      'graphql.operation.name': operationName,
      'modelgraph.operation.hash': operation?.usage.hash,
      'modelgraph.error.codes': codes?.join(),
      'http.response.status_code': response.statusCode,
    },
    codes !== undefined || !response.writableFinished,
  )
}

/** What is counted of a request that is over; `tick` in milliseconds from any fixed point. */
export function endedRequest(exchange: Exchange, tick: number): EndedRequest {
  const { caller, record, startedTick } = exchange
  return {
    client: caller?.terms.clientId,
    operation: record.operation?.usage,
    codes: codesOf(exchange),
    latencyMs: tick - startedTick,
    predicted: record.predicted ?? NOTHING,
    isHot: record.isHot ?? false,
  }
}

const NOTHING: readonly never[] = []
const GONE = [ABORTED]
const REFUSED = ['BAD_REQUEST']

/** A refusal of Apollo Server's HTTP side leaves no code behind: it is a bad request. */
function codesOf({ response, record }: Exchange): readonly string[] {
  if (!response.writableFinished) return GONE
  return record.codes ?? (response.statusCode >= 400 ? REFUSED : NOTHING)
}

function outcomeOf({ response, record }: Exchange): 'ok' | 'errors' | 'aborted' {
  if (!response.writableFinished) return 'aborted'
  return record.codes || response.statusCode >= 400 ? 'errors' : 'ok'
}
