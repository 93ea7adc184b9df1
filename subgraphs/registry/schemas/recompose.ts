import { ModelgraphError } from '../../../shared/errors/modelgraph-error.js'
import type { Registry } from '../registry.js'
import { composeDeprecated, findDeprecatedModels } from './compose-deprecated.js'
import type { Finding } from './composition.js'
import { insertNext } from './insert-next.js'
import { currentSupergraph } from './supergraphs.js'

const ATTEMPTS = 20

/**
 * Makes a new supergraph when the models that are deprecated are not those of the current one; else changes nothing.
 * Answers the composer's reasons where that cannot be done.
 */
export function recompose(registry: Registry): Promise<readonly Finding[]> {
  return registry.publications.subgraphs.run(async () => {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const findings = await recomposeOnce(registry)
      if (findings) return findings
    }
    throw new ModelgraphError('CONFLICT', 'Others publish all the time; the deprecation found no gap. Try again.')
  })
}

/** Undefined when somebody else made the next supergraph first. */
async function recomposeOnce(registry: Registry): Promise<readonly Finding[] | undefined> {
  const { database, environment, now } = registry
  const current = await currentSupergraph(database, environment)
  const deprecated = await findDeprecatedModels(database)
  if (!current || (current.deprecated ?? null) === deprecated.digest) return []
  const { subgraphs } = current
  const composed = await composeDeprecated(registry, subgraphs, deprecated)
  if (composed.findings) return composed.findings
  const made = { version: current.version + 1, subgraphs, changed: null, deprecated: deprecated.digest }
  const isMade = await insertNext(registry, { ...made, sdl: composed.supergraphSdl, publishedAt: new Date(now()) })
  return isMade ? [] : undefined
}

export interface KeepingOptions {
  /** Waits; ends early, by rejecting, when the signal aborts. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<unknown>
  readonly everyMs: number
  readonly signal: AbortSignal
}

/**
 * Recomposes again and again until the signal aborts: for what a registry of another environment has deprecated, and
 * for what a crash came between.
 */
export async function keepComposed(registry: Registry, { pause, everyMs, signal }: KeepingOptions): Promise<void> {
  while (!signal.aborted) {
    await pause(everyMs, signal).catch(() => {})
    if (signal.aborted) return
    await recompose(registry).catch((error) => registry.log.warn({ err: error }, 'the graph cannot be composed now'))
  }
}
