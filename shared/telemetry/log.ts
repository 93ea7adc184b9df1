import { type DestinationStream, type Logger, pino } from 'pino'

export type Log = Logger

/**
 * A structured logger, one JSON object a line, on standard error unless told otherwise. Authorization headers, keys and secrets are redacted
 * wherever they stand in an object that is logged.
 */
export function createLog(name: string, level: string, destination: DestinationStream = standardError()): Log {
  return pino(
    {
      name,
      level,
      redact: {
        paths: ['authorization', '*.authorization', 'headers.authorization', 'key', '*.key', 'secret', '*.secret'],
        censor: '[redacted]',
      },
    },
    destination,
  )
}

function standardError(): DestinationStream {
  return pino.destination({ fd: 2, sync: true })
}
