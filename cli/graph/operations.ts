import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PROJECT_ROOT } from '../../shared/process/project-root.js'

/**
 * The operations we send; each is a file of schema/operations, checked against the graph by a test. Gateways let every client
 * send them whose scopes allow it.
 */
export type OperationName = 'RegisterTeam' | 'RegisterModel' | 'PublishModelVersion' | 'PublishSubgraph'

export function operationText(name: OperationName): string {
  return readFileSync(join(PROJECT_ROOT, 'schema', 'operations', `${name}.graphql`), 'utf8')
}
