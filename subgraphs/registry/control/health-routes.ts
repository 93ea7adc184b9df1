import { pingDatabase } from '../database/database.js'
import type { Registry } from '../registry.js'
import { json, type Route } from './answer.js'

/** Live while the process answers; ready while the database does, too. */
export function healthRoutes({ database, log }: Registry, stopping: AbortSignal): Readonly<Record<string, Route>> {
  return {
    'GET /health/live': () => json(200, { status: 'live' }),
    'GET /health/ready': async () => {
      if (stopping.aborted) return json(503, { status: 'draining' })
      try {
        await pingDatabase(database)
        return json(200, { status: 'ready' })
      } catch (error) {
        log.warn({ err: error }, 'the database does not answer')
        return json(503, { status: 'unready', reason: 'the database does not answer' })
      }
    },
  }
}
