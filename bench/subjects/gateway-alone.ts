import { randomBytes } from 'node:crypto'
import { ControlServer } from '../graph/control-server.js'
import { startGatewayAlone } from '../graph/gateway-process.js'
import { LIST_SCOPE } from '../graph/list-query.js'
import type { Stage } from '../stage.js'

/** Our gateway before the supergraph, and what a client sends to it. */
export async function startOurs(stage: Stage, supergraph: string, imports: readonly string[] = []) {
  const control = new ControlServer()
  stage.ends(() => control.close())
  const registryUrl = await control.start()
  void control.publish(supergraph)
  const key = control.key('bench', { scopes: [LIST_SCOPE] })
  const secret = randomBytes(32).toString('base64url')
  const gateway = await stage.keep(startGatewayAlone(registryUrl, stage.folder(), { secret, imports }))
  const url = new URL('/graphql', gateway.url)
  return { control, gateway, url, headers: { authorization: `Bearer ${key}` } }
}
