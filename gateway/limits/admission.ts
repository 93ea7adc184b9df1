import { createHash } from 'node:crypto'
import { type DocumentNode, GraphQLError, parse } from 'graphql'
import { LruMap } from '../../shared/cache/lru-map.js'
import { ModelgraphError } from '../../shared/errors/modelgraph-error.js'
import type { DocumentLimits } from '../config.js'
import { type DocumentSize, sizeOf } from './document-size.js'

/** Documents remembered as small enough. */
const REMEMBERED = 10_000

/**
 * Lets documents in that are small enough to be worth validating: validation compares fields pair by pair, so a
 * document must be measured before, not among its rules. Each document is measured once.
 */
export class Admission {
  private readonly admitted = new LruMap<string, true>(REMEMBERED)

  constructor(private readonly limits: DocumentLimits) {}

  /** Throws `GRAPHQL_PARSE_FAILED` or `COST_LIMIT_EXCEEDED`, with the number and the limit. */
  admit(query: string): void {
    const hash = createHash('sha256').update(query).digest('base64')
    if (this.admitted.get(hash)) return
    refuseTooLarge(sizeOf(parseWithin(query, this.limits.maxTokens)), this.limits)
    this.admitted.set(hash, true)
  }
}

function parseWithin(query: string, maxTokens: number): DocumentNode {
  try {
    return parse(query, { maxTokens })
  } catch (error) {
    if (!(error instanceof GraphQLError))
      throw new ModelgraphError('GRAPHQL_PARSE_FAILED', 'The document is not GraphQL.')
    if (error.message.includes('Parsing aborted')) throw tooLarge('tokens', `more than ${maxTokens}`, maxTokens)
    throw new GraphQLError(error.message, {
      source: error.source,
      positions: error.positions,
      extensions: { code: 'GRAPHQL_PARSE_FAILED' },
    })
  }
}

function refuseTooLarge(size: DocumentSize, limits: DocumentLimits): void {
  const bounds: ReadonlyArray<readonly [name: string, actual: number, limit: number]> = [
    ['levels', size.depth, limits.maxDepth],
    ['aliases', size.aliases, limits.maxAliases],
    ['root fields', size.rootFields, limits.maxRootFields],
    ['fields', size.fields, limits.maxFields],
  ]
  for (const [name, actual, limit] of bounds) if (actual > limit) throw tooLarge(name, actual, limit)
}

function tooLarge(name: string, actual: number | string, limit: number): ModelgraphError {
  const message = `The operation has ${actual} ${name}; the limit is ${limit}.`
  return new ModelgraphError('COST_LIMIT_EXCEEDED', message, { actual, limit })
}
