import { type Contract, type ModelCard, parseCard } from '../../../shared/contract/index.js'
import { ModelgraphError } from '../../../shared/errors/modelgraph-error.js'
import type { Identity } from '../../../shared/identity/claims.js'
import type { Signature } from '../../../shared/tensor/signature.js'
import type { StoredArtifact } from '../artifacts/artifact-store.js'
import { canonicalJson, sha256 } from '../database/canonical-json.js'
import { refuseRetiredModel } from '../deprecations/notices-of.js'
import { CHAMPION } from '../models/environments.js'
import type { ModelDocument } from '../models/model-document.js'
import { requireModel } from '../models/models.js'
import type { Registry } from '../registry.js'
import { firstRollout } from '../rollouts/machine/rollout.js'
import { recorded } from '../rollouts/rollout-document.js'
import type { Finding } from '../schemas/composition.js'
import { requirePublisher } from '../teams/ownership.js'
import { type VersionDocument, versionId } from '../versions/version-document.js'
import { findVersionsById, settleVersion } from '../versions/versions.js'
import type { Trial } from './trial.js'

export interface VersionPublication {
  readonly model: string
  readonly artifactSha256: string
  /** A model card, as JSON. Its `version` is the number that is published. */
  readonly card: unknown
  readonly codeCommit?: string | null
}

export interface PublishedVersion {
  /** Null when it was refused. */
  readonly version: VersionDocument | null
  /** False when exactly this was published before, and when it was refused. */
  readonly created: boolean
  readonly findings: readonly Finding[]
}

/** A publication that is known to be well-formed. */
interface Candidate {
  readonly id: string
  readonly card: ModelCard
  readonly artifact: StoredArtifact
  readonly digest: string
  readonly codeCommit: string | null
  readonly by: string
}

const ATTEMPTS = 10

/**
 * Publishes the next version of a model once the artifact has proved that it loads, fits the contract and answers the
 * card's golden rows; what it fails in comes back as findings. Versions never change: the same artifact and card answer
 * the version there is, another content under a taken number is a `CONFLICT`. The first version becomes champion. Throws
 * `MODEL_RETIRED` for a new version of a model that answers nobody any more.
 */
export async function publishVersion(
  registry: Registry,
  publication: VersionPublication,
  identity: Identity,
): Promise<PublishedVersion> {
  const model = await requireModel(registry.database, publication.model)
  requirePublisher(identity, model.team)
  const candidate = await candidateOf(registry, publication, identity.client)
  return registry.publications.versions.run(() => publishCandidate(registry, model._id, candidate))
}

/** Publications that race build on one another: who comes second looks again at what the first has made. */
async function publishCandidate(registry: Registry, name: string, candidate: Candidate): Promise<PublishedVersion> {
  const trials = new Map<number, Trial>()
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const model = await requireModel(registry.database, name)
    await settleVersion(registry.database, model)
    const published = await findPublished(registry, model, candidate)
    if (published) return { version: published, created: false, findings: [] }
    refuseRetiredModel(model, registry.now())
    const trial = trials.get(model.contractNumber) ?? (await registry.trials.try(trialOf(candidate, model)))
    trials.set(model.contractNumber, trial)
    if (trial.findings) return { version: null, created: false, findings: trial.findings }
    const version = documentOf(candidate, model, trial.signature, new Date(registry.now()))
    if (await append(registry, model, version)) return { version, created: true, findings: [] }
  }
  throw new ModelgraphError('CONFLICT', `${name} is being changed by others all the time. Try again.`)
}

async function candidateOf(registry: Registry, publication: VersionPublication, by: string): Promise<Candidate> {
  const { model, artifactSha256, codeCommit = null } = publication
  const card = cardOf(publication)
  const artifact = await registry.artifacts.find(artifactSha256)
  if (!artifact) {
    const message = `No artifact has the sha-256 ${artifactSha256.slice(0, 80)}; upload it first with PUT /artifacts/<sha256>.`
    throw new ModelgraphError('NOT_FOUND', message, { path: 'input.artifactSha256' })
  }
  const digest = sha256(canonicalJson({ artifact: artifact.sha256, card }))
  return { id: versionId(model, card.version), card, artifact, digest, codeCommit, by }
}

function cardOf({ card: json, model }: VersionPublication): ModelCard {
  const card = parseCard(json)
  if (card.model === model) return card
  const message = `card.model: expected ${model}, received ${card.model}.`
  throw new ModelgraphError('BAD_USER_INPUT', message, { path: 'card.model', expected: model, received: card.model })
}

/** The version that exactly this has become already. Throws `CONFLICT` when its number is not the next. */
async function findPublished(
  { database }: Registry,
  { _id: model, latestVersion }: ModelDocument,
  { id, card, digest }: Candidate,
): Promise<VersionDocument | undefined> {
  const next = latestVersion + 1
  if (card.version === next) return undefined
  if (card.version > next) {
    const message = `The next version of ${model} is ${next}; the card says ${card.version}.`
    throw new ModelgraphError('CONFLICT', message, { path: 'card.version', expected: String(next) })
  }
  const [version] = await findVersionsById(database, [id])
  if (version?.digest === digest) return version
  const message = `${id} exists with another artifact or card, and versions never change; publish this as version ${next}.`
  throw new ModelgraphError('CONFLICT', message, { path: 'card.version', expected: String(next) })
}

function trialOf({ id, artifact, card }: Candidate, { contract }: ModelDocument) {
  return { id, path: artifact.path, contract: JSON.parse(contract) as Contract, goldenRows: card.goldenRows }
}

function documentOf(
  { id, card, artifact, digest, codeCommit, by }: Candidate,
  { _id: model, contractNumber }: ModelDocument,
  signature: Signature,
  at: Date,
): VersionDocument {
  return {
    _id: id,
    model,
    version: card.version,
    contractNumber,
    digest,
    artifact: { sha256: artifact.sha256, bytes: artifact.bytes },
    signature,
    card: JSON.stringify(card),
    codeCommit,
    publishedAt: at,
    publishedBy: by,
  }
}

/** False when the model has changed since it was read. */
async function append(registry: Registry, model: ModelDocument, version: VersionDocument): Promise<boolean> {
  const { database, changes } = registry
  const { matchedCount } = await database.models.updateOne(
    { _id: model._id, contractNumber: model.contractNumber, latestVersion: version.version - 1, pending: null },
    additionOf(registry, version),
  )
  if (matchedCount === 0) return false
  await settleVersion(database, { ...model, pending: version })
  changes.notify()
  return true
}

function additionOf({ environment }: Registry, version: VersionDocument) {
  const { model, version: to, publishedAt: at, publishedBy: by } = version
  const added = { latestVersion: to, pending: version }
  if (to > 1) return { $set: added }
  const reason = 'First version of the model.'
  const details = { model, environment, by, reason, action: 'setChampion' as const, now: at.getTime() }
  return {
    $set: { ...added, [`rollouts.${environment}`]: recorded(firstRollout(to), undefined, details) },
    $push: { aliasHistory: { alias: CHAMPION, environment, from: null, to, at, by, reason } },
  }
}
