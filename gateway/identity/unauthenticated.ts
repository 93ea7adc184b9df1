import { ModelgraphError } from '../../shared/errors/modelgraph-error.js'

/** The refusal of a credential. The reason never repeats it. */
export function unauthenticated(reason: string): ModelgraphError {
  return new ModelgraphError('UNAUTHENTICATED', reason)
}
