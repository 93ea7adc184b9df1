import type { Contract } from '../../../shared/contract/declaration.js'
import type { Deployments, Environment, ModelDeployment } from '../../../shared/control/protocol.js'
import { sha256 } from '../database/canonical-json.js'
import type { Database } from '../database/database.js'
import { noticesOf } from '../deprecations/notices-of.js'
import { aliasesIn } from '../models/environments.js'
import type { ModelDocument } from '../models/model-document.js'
import { findModelsByName } from '../models/models.js'
import { policyOf } from '../rollouts/policy-of.js'
import type { VersionDocument } from '../versions/version-document.js'
import { findActiveVersions } from '../versions/versions.js'
import type { Tagged } from './etag-poll.js'

/** What an environment should have loaded of these models; unknown ones are left out. The value is JSON. */
export async function readDeployments(
  database: Database,
  environment: Environment,
  names: readonly string[],
): Promise<Tagged<string>> {
  const models = await findModelsByName(database, names)
  const versions = await findActiveVersions(database, models, environment)
  const sorted = models.sort((a, b) => (a._id < b._id ? -1 : 1))
  const deployments: Deployments = {
    environment,
    models: sorted.map((model) => deploymentOf(model, environment, versions)),
  }
  const value = JSON.stringify(deployments)
  return { value, etag: `"${sha256(value).slice(0, 32)}"` }
}

function deploymentOf(
  model: ModelDocument,
  environment: Environment,
  versions: readonly VersionDocument[],
): ModelDeployment {
  const own = versions.filter((version) => version.model === model._id)
  const rollout = model.rollouts?.[environment]
  const notices = noticesOf(model)
  const numbers = new Set(own.map(({ version }) => version))
  return {
    model: model._id,
    contract: JSON.parse(model.contract) as Contract,
    aliases: Object.fromEntries(
      Object.entries(aliasesIn(model, environment)).filter(([, version]) => numbers.has(version)),
    ),
    versions: own.map(({ _id: id, version, artifact }) => ({
      id,
      version,
      artifactSha256: artifact.sha256,
      artifactBytes: artifact.bytes,
    })),
    ...(rollout && { rollout: policyOf(model._id, rollout) }),
    ...(notices && { notices }),
  }
}
