import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PROJECT_ROOT } from '../project-root.js'

/** The operations we send; each is a file of schema/operations, checked against the graph by a test. */
export type OperationName =
  | 'RegisterTeam'
  | 'RegisterModel'
  | 'PublishModelVersion'
  | 'PublishSubgraph'
  | 'FirstPrediction'

export function operationText(name: OperationName): string {
  return readFileSync(join(PROJECT_ROOT, 'schema', 'operations', `${name}.graphql`), 'utf8')
}
