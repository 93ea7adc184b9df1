import type { Contract } from '../../../shared/contract/declaration.js'
import { canonicalJson, sha256 } from '../database/canonical-json.js'
import type { Database } from '../database/database.js'
import type { Deprecation } from '../deprecations/deprecation-document.js'
import type { ModelDocument } from '../models/model-document.js'
import type { Composer } from './composer.js'
import type { Composition } from './composition.js'
import { type DeprecatedModel, deprecateInSdl } from './deprecate-sdl.js'
import type { SubgraphEntry } from './supergraph-document.js'
import { withSdl } from './supergraphs.js'

/** The deprecated models of the catalogue. */
export interface DeprecatedModels {
  readonly models: readonly DeprecatedModel[]
  /** Names exactly these; null for none. */
  readonly digest: string | null
}

export async function findDeprecatedModels(database: Database): Promise<DeprecatedModels> {
  const found = await database.models
    .find({ 'deprecations.model.since': { $exists: true } }, { contract: 1, 'deprecations.model': 1 })
    .sort({ _id: 1 })
    .lean<Pick<ModelDocument, '_id' | 'contract' | 'deprecations'>[]>()
  const models = found.map(({ contract, deprecations }) => ({
    contract: JSON.parse(contract) as Contract,
    reason: reasonOf(deprecations!.model!),
  }))
  const named = models.map(({ contract: { model }, reason }) => ({ model, reason }))
  return { models, digest: models.length === 0 ? null : sha256(canonicalJson(named)) }
}

/** Composes subgraphs as they were published, but for `@deprecated` where a model is. */
export async function composeDeprecated(
  { database, composer }: { readonly database: Database; readonly composer: Composer },
  entries: readonly SubgraphEntry[],
  { models }: DeprecatedModels,
): Promise<Composition> {
  const subgraphs = await withSdl(database, entries)
  return composer.compose(subgraphs.map((each) => ({ ...each, sdl: deprecateInSdl(each.sdl, models) })))
}

function reasonOf({ sunsetAt, replacement, reason }: Deprecation): string {
  const instead = replacement === null ? '' : ` Use ${replacement} instead.`
  return `Answers MODEL_RETIRED from ${sunsetAt.toISOString()}.${instead} ${reason}`
}
