import type { DocumentNode, GraphQLSchema } from 'graphql'
import { type CompiledOperation, compileOperation } from '../execution/compile-operation.js'
import type { GraphqlRequest } from './graphql-request.js'

/** Documents of one generation; two are remembered at a time. */
const GENERATION = 500
/** Longest document that is remembered, in UTF-16 code units. */
const LONGEST = 20_000
/** Operation names that are remembered for one document. */
const MOST_NAMES = 20

interface Seen {
  readonly document: DocumentNode
  /** By name, compiled when the document comes again; null for what cannot be. */
  readonly operations: Map<string | undefined, CompiledOperation | null>
}

/**
 * Operations of validated documents. Two generations keep it bounded: documents used since the last change of generation
 * outlive the next one, and a use costs no bookkeeping.
 */
export class SeenOperations {
  #young = new Map<string, Seen>()
  #old = new Map<string, Seen>()

  constructor(private readonly schema: GraphQLSchema) {}

  /** Takes note of a document that is valid. */
  remember(query: string, document: DocumentNode): void {
    if (query.length <= LONGEST && !this.#find(query)) this.#add(query, { document, operations: new Map() })
  }

  /** The operation, compiled; undefined for one that is not known or is left to the complete path. */
  find({ query, operationName, extensions }: GraphqlRequest): CompiledOperation | undefined {
    if (query === undefined || extensions?.persistedQuery) return undefined
    const seen = this.#find(query)
    if (!seen) return undefined
    const known = seen.operations.get(operationName)
    return (known === undefined ? this.#compile(seen, operationName) : known) ?? undefined
  }

  #compile({ document, operations }: Seen, name: string | undefined): CompiledOperation | undefined {
    if (operations.size >= MOST_NAMES) return undefined
    const compiled = compileOperation(this.schema, document, name)
    operations.set(name, compiled ?? null)
    return compiled
  }

  #find(query: string): Seen | undefined {
    const young = this.#young.get(query)
    if (young) return young
    const old = this.#old.get(query)
    if (old) this.#add(query, old)
    return old
  }

  #add(query: string, seen: Seen): void {
    if (this.#young.size >= GENERATION) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(query, seen)
  }
}
