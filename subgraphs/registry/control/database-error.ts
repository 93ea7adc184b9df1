import { ModelgraphError } from '../../../shared/errors/modelgraph-error.js'

const UNREACHABLE =
  /^(Mongo(Network|ServerSelection|NotConnected|TopologyClosed|PoolCleared|PoolClosed|ExpiredSession)|MongooseServerSelection)/

/** `REGISTRY_UNAVAILABLE` for an error that says that the database could not be reached; undefined for any other. */
export function databaseUnreachable(error: unknown): ModelgraphError | undefined {
  if (!(error instanceof Error) || !UNREACHABLE.test(error.name)) return undefined
  return new ModelgraphError('REGISTRY_UNAVAILABLE', 'The registry cannot reach its database; try again.', {}, error)
}
