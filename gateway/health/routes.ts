import type { FastifyInstance } from 'fastify'
import type { Readiness } from './readiness.js'

/** `GET /health/live`: the process answers. `GET /health/ready`: 200 when the whole graph can be asked, 503 with what is missing. */
export function healthRoutes(app: FastifyInstance, readiness: Readiness): void {
  app.get('/health/live', async () => ({ status: 'live' }))
  app.get('/health/ready', async (_request, reply) => {
    const { ready, ...missing } = await readiness.report()
    return reply.status(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not ready', ...missing })
  })
}
