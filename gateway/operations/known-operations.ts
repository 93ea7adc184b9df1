import { LruMap } from '../../shared/cache/lru-map.js'
import type { PreparedOperation } from './prepared-operation.js'

/** Documents kept per supergraph version. */
const DOCUMENTS = 2_000

/** A document longer than this is not kept, in characters: it is seldom sent twice. */
const LONGEST_DOCUMENT = 50_000

/** Operations by the text of their document, for requests that bring the same text again. */
export class KnownOperations {
  private readonly documents = new LruMap<string, Map<string, PreparedOperation>>(DOCUMENTS)

  /** The operation that a request means, if it has been seen and is planned. */
  find(query: string, operationName: string | undefined): PreparedOperation | undefined {
    return this.documents.get(query)?.get(operationName ?? '')
  }

  /** `operationName` as the request had it, since a document of one operation is sent with and without. */
  remember(query: string, operationName: string | undefined, operation: PreparedOperation): void {
    if (query.length > LONGEST_DOCUMENT) return
    const operations = this.documents.get(query) ?? new Map<string, PreparedOperation>()
    operations.set(operationName ?? '', operation)
    this.documents.set(query, operations)
  }

  /** What was asked last, the latest first. */
  latest(count: number): { readonly query: string; readonly operationName: string | undefined }[] {
    const queries = [...this.documents.keys()].reverse()
    return queries
      .flatMap((query) =>
        [...this.documents.peek(query)!.keys()].map((name) => ({ query, operationName: name || undefined })),
      )
      .slice(0, count)
  }
}
