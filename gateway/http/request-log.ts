import type { Log } from '../../shared/telemetry/log.js'
import type { Exchange } from './exchange.js'

/** One log line per request: who asked for what, how it went, how long it took. No variables, no keys, no bodies. */
export function logRequest(exchange: Exchange, log: Log, now: () => number): void {
  if (exchange.path.startsWith('/health/') || !log.isLevelEnabled('info')) return
  const { requestId, route, caller, record, response, startedAt } = exchange
  const { operationName, codes } = record
  const client = caller?.identity.client
  const outcome = outcomeOf(exchange)
  const { statusCode: status } = response
  log.info(
    { requestId, route, client, operationName, outcome, codes, status, durationMs: now() - startedAt },
    'request',
  )
}

function outcomeOf({ response, record }: Exchange): 'ok' | 'errors' | 'aborted' {
  if (!response.writableFinished) return 'aborted'
  return record.codes || response.statusCode >= 400 ? 'errors' : 'ok'
}
