import { setImmediate as nextTurn } from 'node:timers/promises'
import { getOperationAST, parse, specifiedRules, validate } from 'graphql'
import { FiniteLiteralsRule } from '../limits/finite-literals.js'
import type { SupergraphVersion } from '../supergraph/supergraph-version.js'

/** Operations that are planned on a version before it takes traffic. */
const WARMED = 200

const RULES = [...specifiedRules, FiniteLiteralsRule]

/**
 * Plans the operations last used on one version on the next, so that the swap costs nobody a plan. What is not valid there
 * any more is left to be refused.
 */
export async function warmUp(from: SupergraphVersion, to: SupergraphVersion): Promise<void> {
  for (const { query, operationName } of from.known.latest(WARMED)) {
    await warm(query, operationName, to).catch(() => {})
    await nextTurn()
  }
}

async function warm(query: string, operationName: string | undefined, version: SupergraphVersion): Promise<void> {
  const document = parse(query)
  const operation = getOperationAST(document, operationName)
  if (!operation || validate(version.schema, document, RULES).length > 0) return
  const prepared = version.prepare(document, operation)
  await prepared.plan()
  version.known.remember(query, operationName, prepared)
}
