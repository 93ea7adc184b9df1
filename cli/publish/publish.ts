import { resolve } from 'node:path'
import type { Contract } from '../../shared/contract/declaration.js'
import { CommandFailure } from '../failure.js'
import type { GraphClient } from '../graph/client.js'
import { type Description, readDescription } from './description.js'
import { type Manifest, readManifest, readVersion, type VersionFiles } from './manifest.js'

export interface PublishOptions {
  /** A team's folder, with its modelgraph.json. */
  readonly folder: string
  /** Where the gateway finds the subgraph. */
  readonly subgraphUrl: string
  /** File with what `main.js --describe` printed; without, what schema/ holds. */
  readonly describeFile?: string | undefined
  readonly graph: GraphClient
  /** Takes progress, a line each. */
  readonly say: (line: string) => void
}

/** A remark of the registry on what was published. */
export interface Finding {
  readonly severity: string
  readonly message: string
}

/**
 * Publishes a team's models, their versions and its subgraph, in this order: a graph never shows a model that the
 * catalogue does not know. What was published before stays as it is. All files are read before anything is sent;
 * throws a CommandFailure for the first that is wrong, and at the first refusal.
 */
export async function publishFolder(options: PublishOptions): Promise<void> {
  const manifest = await readManifest(options.folder)
  const description = await readDescription(manifest.name, options.describeFile)
  const models = await Promise.all(manifest.models.map((listed) => readModel(listed, description, options.folder)))
  for (const { contract, versions } of models) {
    await registerModel(manifest, contract, options)
    for (const version of versions) await publishVersion(version, options)
  }
  await publishSubgraph(manifest, description, options)
}

async function readModel({ name, versions }: Manifest['models'][number], description: Description, folder: string) {
  const contract = contractOf(name, description)
  return { contract, versions: await Promise.all(versions.map((version) => readVersion(resolve(folder, version)))) }
}

async function registerModel({ team, name }: Manifest, contract: Contract, { graph, say }: PublishOptions) {
  await graph.send('RegisterModel', { input: { team, subgraph: name, contract } })
  say(`${contract.model}: registered`)
}

async function publishVersion({ card, artifact }: VersionFiles, { graph, say }: PublishOptions): Promise<void> {
  await graph.upload(artifact.sha256, artifact.path)
  await graph.send('PublishModelVersion', {
    input: { model: card.model, version: card.version, artifactSha256: artifact.sha256, card },
  })
  say(`${card.model}@${card.version}: published`)
}

async function publishSubgraph({ name, team }: Manifest, { sdl }: Description, options: PublishOptions): Promise<void> {
  const { publishSubgraph: result } = await options.graph.send<{
    publishSubgraph: { supergraphVersion: number; findings: readonly Finding[] }
  }>('PublishSubgraph', { input: { name, team, sdl, url: options.subgraphUrl } })
  for (const { severity, message } of result.findings) options.say(`${name}: ${severity.toLowerCase()}: ${message}`)
  options.say(`${name}: published, supergraph ${result.supergraphVersion}`)
}

function contractOf(model: string, { contracts, name }: Description): Contract {
  const found = contracts.find((contract) => contract.model === model)
  if (found) return found
  const known = contracts.map((contract) => contract.model).join(', ') || 'none'
  throw new CommandFailure(`modelgraph.json lists the model ${model}, but ${name} serves ${known}.`)
}
