import { ModelgraphError } from '../../../shared/errors/modelgraph-error.js'
import { sha256 } from '../database/canonical-json.js'
import { requireName, requireText } from '../database/names.js'
import type { Registry } from '../registry.js'
import { composeDeprecated, findDeprecatedModels } from './compose-deprecated.js'
import type { Finding } from './composition.js'
import { insertNext } from './insert-next.js'
import type { SubgraphEntry } from './supergraph-document.js'
import { currentSupergraph, type SupergraphSummary } from './supergraphs.js'

export interface SubgraphPublication {
  readonly name: string
  readonly team: string
  /** Where the gateway reaches it. */
  readonly url: string
  readonly sdl: string
  /** Name of the client that publishes. */
  readonly by: string
}

export interface PublishedSubgraph {
  /** False when it did not compose; then nothing has changed. */
  readonly accepted: boolean
  /** False when it was published before, with the same SDL and URL. */
  readonly changed: boolean
  /** Number of the subgraph's schema that is live; null when it never was accepted. */
  readonly schemaVersion: number | null
  /** Number of the supergraph that is live; null before the first. */
  readonly supergraphVersion: number | null
  readonly findings: readonly Finding[]
}

/** A publication that loses its race this often gives up with `CONFLICT`. */
const ATTEMPTS = 20
const LONGEST_SDL = 2_000_000

/**
 * Composes the subgraph with all others of the environment into the next supergraph. Publications that race build on
 * one another: the supergraph's number is taken by inserting it, and who comes second composes again on what the first
 * has made.
 */
export function publishSubgraph(registry: Registry, publication: SubgraphPublication): Promise<PublishedSubgraph> {
  return registry.publications.subgraphs.run(async () => {
    refuseUnfit(publication)
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const current = await currentSupergraph(registry.database, registry.environment)
      const answer = await publishOnto(registry, current, publication)
      if (answer) return answer
    }
    throw new ModelgraphError('CONFLICT', `Others publish all the time; ${publication.name} found no gap. Try again.`)
  })
}

/** Undefined when somebody else made the next supergraph first. */
async function publishOnto(
  registry: Registry,
  current: SupergraphSummary | null,
  publication: SubgraphPublication,
): Promise<PublishedSubgraph | undefined> {
  const live = current?.subgraphs.find(({ name }) => name === publication.name)
  refuseForeign(publication, live)
  const standing = { schemaVersion: live?.schemaVersion ?? null, supergraphVersion: current?.version ?? null }
  const entry = entryOf(publication, live, new Date(registry.now()))
  if (isSame(entry, live)) return { accepted: true, changed: false, ...standing, findings: [] }
  await keepSdl(registry, entry.sha256, publication.sdl)
  const others = (current?.subgraphs ?? []).filter(({ name }) => name !== entry.name)
  const subgraphs = [...others, entry].sort((a, b) => (a.name < b.name ? -1 : 1))
  const deprecated = await findDeprecatedModels(registry.database)
  const composed = await composeDeprecated(registry, subgraphs, deprecated)
  if (composed.findings) return { accepted: false, changed: false, ...standing, findings: composed.findings }
  const version = (current?.version ?? 0) + 1
  const made = { version, subgraphs, changed: entry, deprecated: deprecated.digest, sdl: composed.supergraphSdl }
  if (!(await insertNext(registry, { ...made, publishedAt: entry.publishedAt }))) return undefined
  return { accepted: true, changed: true, schemaVersion: entry.schemaVersion, supergraphVersion: version, findings: [] }
}

function entryOf(publication: SubgraphPublication, live: SubgraphEntry | undefined, at: Date): SubgraphEntry {
  return {
    name: publication.name,
    team: publication.team,
    url: publication.url,
    schemaVersion: (live?.schemaVersion ?? 0) + 1,
    sha256: sha256(publication.sdl),
    publishedAt: at,
    publishedBy: publication.by,
  }
}

function isSame(entry: SubgraphEntry, live: SubgraphEntry | undefined): boolean {
  return live !== undefined && entry.sha256 === live.sha256 && entry.url === live.url
}

/** Nobody sees a text before a supergraph names it, so it may be kept before it is known to compose. */
async function keepSdl({ database }: Registry, hash: string, sdl: string): Promise<void> {
  await database.sdls.updateOne({ _id: hash }, { $setOnInsert: { sdl } }, { upsert: true })
}

function refuseUnfit({ name, url, sdl }: SubgraphPublication): void {
  requireName(name, 'input.name')
  requireText(sdl, 'input.sdl', { min: 1, max: LONGEST_SDL })
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return
  const expected = 'an http or https URL'
  throw new ModelgraphError('BAD_USER_INPUT', `input.url is not ${expected}.`, { path: 'input.url', expected })
}

function refuseForeign({ name, team }: SubgraphPublication, live: SubgraphEntry | undefined): void {
  if (live === undefined || live.team === team) return
  throw new ModelgraphError('FORBIDDEN', `The subgraph ${name} belongs to the team ${live.team}, not to ${team}.`)
}
