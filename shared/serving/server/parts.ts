import { ModelgraphError } from '../../errors/modelgraph-error.js'
import { MAX_PARTS, type Served } from '../../mesh/protocol.js'
import type { SubgraphContext } from '../context.js'
import type { GraphqlAnswer, GraphqlHandler } from './graphql.js'
import { graphqlRequestOf } from './graphql-request.js'
import { partContext } from './part-context.js'

/** One operation of an HTTP request, answered. */
export interface PartAnswer extends GraphqlAnswer {
  readonly served: readonly Served[]
}

export interface PartsOptions {
  readonly graphql: GraphqlHandler
  /** Adds what the resolvers of this subgraph receive beside. */
  readonly contextOf?: (context: SubgraphContext) => SubgraphContext
  /** The error that leaves in place of one that a part was thrown. */
  readonly mask: (error: unknown, requestId: string) => ModelgraphError
}

/** The operations of a body: the one that it is, or those that it lists. `BAD_REQUEST` for an empty list and one too long. */
export function partsOf(json: unknown): readonly unknown[] {
  if (!Array.isArray(json)) return [json]
  if (json.length > 0 && json.length <= MAX_PARTS) return json
  const expected = `1 to ${MAX_PARTS} operations`
  const message = `The request lists ${json.length} operations; expected ${expected}.`
  throw new ModelgraphError('BAD_REQUEST', message, { expected, received: `${json.length} operations` })
}

/** Answers one operation. Never rejects: what goes wrong with it is its own answer. */
export async function answerPart(
  json: unknown,
  http: SubgraphContext,
  now: number,
  { graphql, contextOf, mask }: PartsOptions,
): Promise<PartAnswer> {
  let context = http
  try {
    const request = graphqlRequestOf(json)
    context = partContext(http, request, now)
    const { status, text, failed } = await graphql.answer(request, contextOf ? contextOf(context) : context)
    return { status, text, failed, served: context.served! }
  } catch (error) {
    const masked = mask(error, context.requestId)
    return { status: masked.httpStatus, text: JSON.stringify({ errors: [masked] }), failed: true, served: [] }
  }
}
