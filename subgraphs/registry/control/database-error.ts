import { GraphQLError } from 'graphql'
import { ModelgraphError } from '../../../shared/errors/modelgraph-error.js'

const UNREACHABLE =
  /^Mongo(Network|ServerSelection|NotConnected|TopologyClosed|PoolCleared|ExpiredSession)|^MongooseServerSelection/

/** `REGISTRY_UNAVAILABLE` when the database could not be reached; any other error as it is. */
export function codedDatabaseError(error: unknown): unknown {
  const cause = error instanceof GraphQLError ? error.originalError : error
  if (!(cause instanceof Error) || !UNREACHABLE.test(cause.name)) return error
  return new ModelgraphError('REGISTRY_UNAVAILABLE', 'The registry cannot reach its database; try again.', {}, cause)
}
