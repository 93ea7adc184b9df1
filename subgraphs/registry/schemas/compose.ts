import { composeServices } from '@apollo/composition'
import { type DocumentNode, GraphQLError, parse } from 'graphql'
import type { ComposedSubgraph, Composition, Finding } from './composition.js'
import { findUnsupportedFeatures } from './unsupported-features.js'

/**
 * Composes subgraphs by the rules of Apollo Federation 2. Takes up to seconds of the calling thread; servers compose on
 * the thread of a `Composer`.
 */
export function compose(subgraphs: readonly ComposedSubgraph[]): Composition {
  const parsed = subgraphs.map(parsedSubgraph)
  const unreadable = parsed.flatMap(({ findings }) => findings)
  if (unreadable.length > 0) return { findings: unreadable }
  const services = parsed.map(({ name, url, typeDefs }) => ({ name, url, typeDefs: typeDefs! }))
  const { supergraphSdl, errors } = composeServices(services)
  if (supergraphSdl === undefined) return { findings: (errors ?? []).map(findingOf) }
  const unsupported = findUnsupportedFeatures(supergraphSdl)
  return unsupported.length > 0 ? { findings: unsupported } : { supergraphSdl }
}

interface ParsedSubgraph {
  readonly name: string
  readonly url: string
  readonly typeDefs?: DocumentNode
  readonly findings: readonly Finding[]
}

function parsedSubgraph({ name, url, sdl }: ComposedSubgraph): ParsedSubgraph {
  try {
    return { name, url, typeDefs: parse(sdl), findings: [] }
  } catch (error) {
    return { name, url, findings: [{ code: 'INVALID_GRAPHQL', message: `[${name}] ${placed(error)}` }] }
  }
}

function placed(error: unknown): string {
  if (!(error instanceof GraphQLError)) return String(error)
  const [place] = error.locations ?? []
  return place ? `${error.message} (line ${place.line}, column ${place.column})` : error.message
}

/** The composer's own code; it gives none where the SDL breaks the rules of GraphQL itself. */
function findingOf({ message, extensions }: GraphQLError): Finding {
  return { code: typeof extensions.code === 'string' ? extensions.code : 'INVALID_GRAPHQL', message }
}
