import type { Route } from '../http/routes.js'
import type { Readiness } from './readiness.js'

/** `GET /health/live`: the process answers. `GET /health/ready`: 200 when the whole graph can be asked, 503 with what is missing. */
export function healthRoutes(readiness: Readiness): Route[] {
  return [
    {
      methods: ['GET', 'HEAD'],
      path: '/health/live',
      open: true,
      answer: () => ({ status: 200, body: LIVE }),
    },
    {
      methods: ['GET', 'HEAD'],
      path: '/health/ready',
      open: true,
      answer: async () => {
        const { ready, ...missing } = await readiness.report()
        const body = JSON.stringify({ status: ready ? 'ready' : 'not ready', ...missing })
        return { status: ready ? 200 : 503, body }
      },
    },
  ]
}

const LIVE = JSON.stringify({ status: 'live' })
