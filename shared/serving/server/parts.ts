import { ModelgraphError } from '../../errors/modelgraph-error.js'
import { criticalityOf } from '../../identity/claims.js'
import { MAX_PARTS, type Served } from '../../mesh/protocol.js'
import { parseTraceparent } from '../../telemetry/tracing/traceparent.js'
import type { Tracer } from '../../telemetry/tracing/tracer.js'
import type { SubgraphContext } from '../context.js'
import type { Admission } from '../load/admission.js'
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
  /** Of the operations that are under way; all are admitted without one. */
  readonly operations?: Admission
  /** Undefined where nothing is traced. */
  readonly tracer?: Tracer | undefined
  /** The error that leaves in place of one that a part was thrown. */
  readonly mask: (error: unknown, requestId: string) => ModelgraphError
}

/** Refuses an empty list of operations and one too long with `BAD_REQUEST`. */
export function requirePartCount({ length }: readonly unknown[]): void {
  if (length > 0 && length <= MAX_PARTS) return
  const expected = `1 to ${MAX_PARTS} operations`
  const message = `The request lists ${length} operations; expected ${expected}.`
  throw new ModelgraphError('BAD_REQUEST', message, { expected, received: `${length} operations` })
}

/** Answers one operation. Never rejects: what goes wrong with it is its own answer. */
export async function answerPart(
  json: unknown,
  http: SubgraphContext,
  now: number,
  options: PartsOptions,
): Promise<PartAnswer> {
  let context = http
  const { graphql, contextOf, operations, mask } = options
  let leave: (() => void) | undefined
  try {
    const request = graphqlRequestOf(json)
    context = traced(partContext(http, request, now), options.tracer)
    leave = operations?.enter(1, criticalityOf(context.identity))
    const { status, text, failed } = await graphql.answer(request, contextOf ? contextOf(context) : context)
    endSpan(context, failed)
    return { status, text, failed, served: context.served! }
  } catch (error) {
    const masked = mask(error, context.requestId)
    endSpan(context, true)
    return { status: masked.httpStatus, text: JSON.stringify({ errors: [masked] }), failed: true, served: [] }
  } finally {
    leave?.()
  }
}

/** JSON of what was predicted; nothing for nothing. */
export function servedText(served: readonly Served[]): string {
  return served.length === 0 ? '' : JSON.stringify(served)
}

function traced(context: SubgraphContext, tracer: Tracer | undefined): SubgraphContext {
  const { traceparent } = context
  const span = tracer?.begin('operation', traceparent)
  if (!span && traceparent === undefined) return context
  return { ...context, span, traceId: span?.traceId ?? parseTraceparent(traceparent)?.traceId ?? null }
}

function endSpan({ span, requestId, operation }: SubgraphContext, failed: boolean): void {
  span?.end({ 'modelgraph.request.id': requestId, 'graphql.operation.name': operation ?? undefined }, failed)
}
