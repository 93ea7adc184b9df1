import { type Contract, compileContract, parseContract } from '../../../shared/contract/index.js'
import { ModelgraphError } from '../../../shared/errors/modelgraph-error.js'
import { canonicalJson } from '../database/canonical-json.js'
import { isDuplicate } from '../database/database.js'
import { requireName } from '../database/names.js'
import type { Registry } from '../registry.js'
import { teamExists } from '../teams/teams.js'
import { findActiveVersions, settleVersion } from '../versions/versions.js'
import { sameRollouts } from './environments.js'
import type { ModelDocument } from './model-document.js'
import { requireModel } from './models.js'
import { wordsOf } from './words.js'

export interface ModelRegistration {
  readonly name: string
  readonly team: string
  /** The contract's own when it is left out. */
  readonly description?: string | null
  /** A `Contract`, as JSON. */
  readonly contract: unknown
  /** Name of the client that registers it. */
  readonly by: string
}

/** What is written of a registration. */
interface Declared {
  readonly team: string
  readonly description: string
  readonly contract: Contract
  readonly text: string
}

const ATTEMPTS = 10

/**
 * Registers a model, or changes its description and contract; the same again changes nothing. Throws `BAD_USER_INPUT`
 * for what is no contract, `FORBIDDEN` for another team's model, and `CONTRACT_MISMATCH` when an active version would
 * not fit the new contract.
 */
export async function registerModel(registry: Registry, registration: ModelRegistration): Promise<ModelDocument> {
  const declared = await declaredBy(registry, registration)
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const known = await registry.database.models.findById(registration.name).lean<ModelDocument>()
    const done = known
      ? await changeModel(registry, known, declared, registration.by)
      : await createModel(registry, registration.name, declared, registration.by)
    if (done) return requireModel(registry.database, registration.name)
  }
  throw new ModelgraphError('CONFLICT', `${registration.name} is being changed by others all the time. Try again.`)
}

async function declaredBy(registry: Registry, { name, team, ...given }: ModelRegistration): Promise<Declared> {
  requireName(name, 'input.name')
  requireName(team, 'input.team')
  const contract = parseContract(given.contract)
  if (contract.model !== name) {
    const message = `The contract is of the model ${contract.model}, not of ${name}.`
    throw new ModelgraphError('BAD_USER_INPUT', message, { path: 'contract.model', expected: name })
  }
  if (!(await teamExists(registry.database, team))) {
    throw new ModelgraphError('NOT_FOUND', `There is no team ${team}; an admin has to register it first.`, { team })
  }
  return { team, description: given.description ?? contract.description, contract, text: canonicalJson(contract) }
}

/** False when somebody else was first. */
async function createModel({ database, now }: Registry, name: string, declared: Declared, by: string) {
  try {
    await database.models.create(newModel(name, declared, { at: new Date(now()), by }))
    return true
  } catch (error) {
    if (isDuplicate(error)) return false
    throw error
  }
}

function newModel(_id: string, { team, description, text }: Declared, { at, by }: { at: Date; by: string }): ModelDocument {
  return {
    _id,
    team,
    description,
    words: wordsOf(_id, description, team),
    contractNumber: 1,
    contract: text,
    contracts: [{ number: 1, contract: text, at, by }],
    aliases: {},
    aliasHistory: [],
    latestVersion: 0,
    pending: null,
    createdAt: at,
  }
}

/** False when somebody else changed it meanwhile. */
async function changeModel(registry: Registry, known: ModelDocument, declared: Declared, by: string): Promise<boolean> {
  if (known.team !== declared.team) {
    throw new ModelgraphError('FORBIDDEN', `The model ${known._id} belongs to the team ${known.team}.`)
  }
  if (known.contract === declared.text && known.description === declared.description) return true
  await settleVersion(registry.database, known)
  await refuseMisfits(registry, known, declared.contract)
  const changed = await registry.database.models.updateOne(
    { _id: known._id, contractNumber: known.contractNumber, latestVersion: known.latestVersion, aliases: known.aliases, ...sameRollouts(known) },
    changeOf(known, declared, { at: new Date(registry.now()), by }),
  )
  if (changed.matchedCount === 1) registry.changes.notify()
  return changed.matchedCount === 1
}

function changeOf(known: ModelDocument, { description, text }: Declared, { at, by }: { at: Date; by: string }) {
  const words = wordsOf(known._id, description, known.team)
  if (known.contract === text) return { $set: { description, words } }
  const number = known.contractNumber + 1
  return {
    $set: { description, words, contract: text, contractNumber: number },
    $push: { contracts: { number, contract: text, at, by } },
  }
}

async function refuseMisfits(registry: Registry, known: ModelDocument, contract: Contract): Promise<void> {
  const compiled = compileContract(contract)
  const versions = await findActiveVersions(registry.database, [known])
  const misfits = versions.flatMap(({ _id, signature }) =>
    compiled.fit(signature).map((misfit) => `${_id}, which is active: ${misfit}`),
  )
  if (misfits.length === 0) return
  const message = `The changed contract does not fit versions that serve. ${misfits.join('; ')}.`
  throw new ModelgraphError('CONTRACT_MISMATCH', message, { model: known._id, mismatches: misfits })
}
