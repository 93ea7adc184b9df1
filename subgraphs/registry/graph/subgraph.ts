import 'reflect-metadata'
import { REGISTRY } from '../../../shared/control/protocol.js'
import { defineSubgraph } from '../../../shared/serving/subgraph.js'
import { ClientMutations } from '../clients/client-mutations.js'
import { ClientResolver } from '../clients/client-resolver.js'
import { PolicyResolver } from '../clients/policy-resolver.js'
import { DeprecationResolver } from '../deprecations/deprecation-resolver.js'
import { VersionDeprecationResolver } from '../deprecations/version-deprecation-resolver.js'
import { GrantResolver } from '../grants/grant-resolver.js'
import { KeyFields } from '../keys/key-fields.js'
import { KeyMutations } from '../keys/key-mutations.js'
import { ModelResolver } from '../models/model-resolver.js'
import { Model } from '../models/model-type.js'
import { OperationResolver } from '../operations/operation-resolver.js'
import { OutcomeResolver } from '../outcomes/outcome-resolver.js'
import { ExplainPolicyResolver } from '../policy/explain-policy-resolver.js'
import { PredictionResolver } from '../predictions/prediction-resolver.js'
import { VersionPublicationResolver } from '../publishing/version-publication-resolver.js'
import { RolloutMutations } from '../rollouts/rollout-mutations.js'
import { RolloutResolver } from '../rollouts/rollout-resolver.js'
import { SchemaResolver } from '../schemas/schema-resolver.js'
import { TeamResolver } from '../teams/team-resolver.js'
import { UsageReportResolver } from '../usage/usage-report-resolver.js'
import { ClientUsageResolver, MeResolver, UsageFields } from '../usage/usage-resolver.js'
import { VersionResolver } from '../versions/version-resolver.js'
import { ModelVersion } from '../versions/version-type.js'
import type { RegistryContext } from './context.js'

/** The registry as a subgraph: the catalogue, and what changes it. */
export const subgraph = defineSubgraph({
  name: REGISTRY,
  resolvers: [
    TeamResolver,
    ModelResolver,
    VersionResolver,
    VersionPublicationResolver,
    DeprecationResolver,
    VersionDeprecationResolver,
    RolloutResolver,
    RolloutMutations,
    SchemaResolver,
    ClientResolver,
    ClientMutations,
    PolicyResolver,
    ExplainPolicyResolver,
    GrantResolver,
    KeyMutations,
    KeyFields,
    OperationResolver,
    MeResolver,
    UsageFields,
    ClientUsageResolver,
    UsageReportResolver,
    PredictionResolver,
    OutcomeResolver,
  ],
  references: {
    Model: async ({ name }: { name: string }, context) => {
      const model = await (context as RegistryContext).loaders.models.load(name)
      return model ? new Model(model) : null
    },
    ModelVersion: async ({ id }: { id: string }, context) => {
      const version = await (context as RegistryContext).loaders.versions.load(id)
      return version ? new ModelVersion(version) : null
    },
  },
})
