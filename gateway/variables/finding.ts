import type { GraphQLInputType } from 'graphql'
import { ModelgraphError } from '../../shared/errors/modelgraph-error.js'
import { describeType } from './describe.js'

/** More than this many findings in one request help nobody. */
export const MAX_FINDINGS = 20

/** Where a value stands; a linked list, since most values are right and need no path. */
export interface Place {
  readonly key: string | number
  readonly parent: Place | undefined
}

/** Notes what is wrong with the value under `key`. */
export function report(
  findings: ModelgraphError[],
  key: string | number,
  parent: Place | undefined,
  type: GraphQLInputType,
  received: string,
): undefined {
  if (findings.length >= MAX_FINDINGS) return
  const path = pathOf({ key, parent })
  const expected = describeType(type)
  const message = `${path}: expected ${expected}, received ${received}.`
  findings.push(new ModelgraphError('BAD_USER_INPUT', message, { path, expected, received }))
}

function pathOf({ key, parent }: Place): string {
  return parent ? `${pathOf(parent)}.${key}` : String(key)
}
