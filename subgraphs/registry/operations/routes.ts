import { CONTROL } from '../../../shared/control/protocol.js'
import { ModelgraphError } from '../../../shared/errors/modelgraph-error.js'
import type { Route } from '../control/answer.js'
import { serviceOf, type Verification } from '../control/service-caller.js'
import type { Registry } from '../registry.js'
import { findOperations } from './operations.js'

/** `GET /control/operations/<sha256>`: for gateways. */
export function operationRoutes({ database }: Registry, verification: Verification): Readonly<Record<string, Route>> {
  return {
    [`GET ${CONTROL.operations}/`]: async ({ message, rest }) => {
      serviceOf(message, '', verification)
      const [found] = await findOperations(database, [rest])
      if (!found) throw new ModelgraphError('NOT_FOUND', 'There is no such operation.')
      return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: found.text }
    },
  }
}
