import { ModelgraphError } from '../../errors/modelgraph-error.js'
import type { SubgraphContext } from '../context.js'

/** Longest routing key that a request may give, in UTF-16 code units. */
const LONGEST = 256

/**
 * What a rollout routes a row by: the key that the request gives, else the entity's id, else the caller. Refuses a key that
 * is empty or too long with `BAD_USER_INPUT`.
 */
export function routingKeyOf(
  given: string | null | undefined,
  entityId: unknown,
  { identity }: SubgraphContext,
): string {
  if (given == null)
    return typeof entityId === 'string' || typeof entityId === 'number' ? String(entityId) : identity.subject
  if (given.length > 0 && given.length <= LONGEST) return given
  const expected = `1 to ${LONGEST} characters`
  const received = `${given.length} characters`
  const hint = 'Leave it out to be routed by the entity or the caller.'
  const message = `routingKey is wrong: expected ${expected}, received ${received}. ${hint}`
  throw new ModelgraphError('BAD_USER_INPUT', message, { path: 'routingKey', expected, received })
}
