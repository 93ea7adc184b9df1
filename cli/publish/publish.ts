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
  /** Commit of the training code. */
  readonly commit?: string | undefined
  readonly graph: GraphClient
  /** Takes progress, a line each. */
  readonly say: (line: string) => void
}

/** Why the registry refuses what was published, or what it remarks on it. */
interface Finding {
  readonly code: string
  readonly message: string
}

/**
 * Publishes a team's models, their versions and its subgraph, in this order: a graph never shows a model that the
 * catalogue does not know. What was published before stays as it is. All files are read before anything is sent;
 * throws a CommandFailure for the first that is wrong, and at the first refusal. Answers the number of the supergraph
 * that holds all of it.
 */
export async function publishFolder(options: PublishOptions): Promise<number> {
  const manifest = await readManifest(options.folder)
  const description = await readDescription(manifest.name, options.describeFile)
  const models = await Promise.all(manifest.models.map((listed) => readModel(listed, description, options.folder)))
  for (const { contract, versions } of models) {
    await registerModel(manifest.team, contract, options)
    for (const version of versions) await publishVersion(version, options)
  }
  return publishSubgraph(manifest, description, options)
}

async function readModel({ name, versions }: Manifest['models'][number], description: Description, folder: string) {
  const contract = contractOf(name, description)
  return { contract, versions: await Promise.all(versions.map((version) => readVersion(resolve(folder, version)))) }
}

async function registerModel(team: string, contract: Contract, { graph, say }: PublishOptions): Promise<void> {
  await graph.send('RegisterModel', { input: { name: contract.model, team, contract } })
  say(`${contract.model}: registered`)
}

async function publishVersion({ card, artifact }: VersionFiles, { graph, commit, say }: PublishOptions): Promise<void> {
  const { model, version } = card
  await graph.upload(artifact.sha256, artifact.path)
  const input = { model, artifactSha256: artifact.sha256, card, ...(commit ? { codeCommit: commit } : {}) }
  const { publishModelVersion: result } = await graph.send<{
    publishModelVersion: { version: object | null; created: boolean; findings: readonly Finding[] }
  }>('PublishModelVersion', { input })
  if (!result.version) throw refused(`${model}@${version}`, result.findings)
  remark(`${model}@${version}`, result.findings, say)
  say(`${model}@${version}: ${result.created ? 'published' : 'was published before'}`)
}

async function publishSubgraph({ name, team }: Manifest, { sdl }: Description, options: PublishOptions) {
  const input = { name, team, url: options.subgraphUrl, sdl }
  const { publishSubgraph: result } = await options.graph.send<{
    publishSubgraph: { accepted: boolean; changed: boolean; supergraphVersion: number; findings: readonly Finding[] }
  }>('PublishSubgraph', { input })
  if (!result.accepted) throw refused(name, result.findings)
  remark(name, result.findings, options.say)
  options.say(
    `${name}: ${result.changed ? 'published' : 'was published before'}, supergraph ${result.supergraphVersion}`,
  )
  return result.supergraphVersion
}

function remark(what: string, findings: readonly Finding[], say: (line: string) => void): void {
  for (const finding of findings) say(`${what}: ${textOf(finding)}`)
}

function refused(what: string, findings: readonly Finding[]): CommandFailure {
  return new CommandFailure([`${what} was refused, and nothing has changed:`, ...findings.map(textOf)].join('\n  '))
}

function textOf({ code, message }: Finding): string {
  return `${message} (${code})`
}

function contractOf(model: string, { contracts, name }: Description): Contract {
  const found = contracts.find((contract) => contract.model === model)
  if (found) return found
  const known = contracts.map((contract) => contract.model).join(', ') || 'none'
  throw new CommandFailure(`modelgraph.json lists the model ${model}, but ${name} serves ${known}.`)
}
