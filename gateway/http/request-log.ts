import type { Log } from '../../shared/telemetry/log.js'
import type { Exchange } from './exchange.js'

/** One log line per request: who asked for what, how it went, how long it took. No variables, no keys, no bodies. */
export function logWhenDone(exchange: Exchange, log: Log, now: () => number): void {
  if (exchange.path.startsWith('/health/')) return
  exchange.response.once('close', () => {
    const { requestId, route, caller, record, response, startedAt } = exchange
    const { operationName, codes } = record
    log.info(
      {
        requestId,
        route,
        client: caller?.identity.client,
        operationName,
        outcome: outcomeOf(exchange),
        codes,
        status: response.statusCode,
        durationMs: now() - startedAt,
      },
      'request',
    )
  })
}

function outcomeOf({ response, record }: Exchange): 'ok' | 'errors' | 'aborted' {
  if (!response.writableFinished) return 'aborted'
  return record.codes || response.statusCode >= 400 ? 'errors' : 'ok'
}
