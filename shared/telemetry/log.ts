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

/** Lines are written together, at the latest after this time, in milliseconds: one write a line costs more than the line. */
const FLUSH_EVERY_MS = 200
const FLUSH_BYTES = 8_192

let opened: DestinationStream | undefined

/** One for all logs of the process, so that their lines keep their order. */
function standardError(): DestinationStream {
  opened ??= openStandardError()
  return opened
}

/** What warns or fails is written at once, and everything when the process ends by itself. */
function openStandardError(): DestinationStream {
  const stream = pino.destination({ fd: 2, sync: true, minLength: FLUSH_BYTES, periodicFlush: FLUSH_EVERY_MS })
  process.once('exit', () => stream.flushSync())
  return {
    write(line) {
      stream.write(line)
      if (isWarning(line)) stream.flushSync()
    },
  }
}

/** pino begins every line with `{"level":30`; 40 and above are warnings. */
function isWarning(line: string): boolean {
  return line.charCodeAt('{"level":'.length) >= '4'.charCodeAt(0)
}
