import { GraphQLJSONObject } from 'graphql-scalars'
import { Arg, Query, Resolver } from 'type-graphql'
import { ModelgraphError } from '../../../shared/errors/modelgraph-error.js'
import { AdminOnly } from '../graph/access.js'
import { ExplainedCallerInput, ExplainedPolicy } from './explained-policy-type.js'

/**
 * Declares `Query.explainPolicy`, so that it is part of the graph like everything else: composed, documented, for admins. Only
 * gateways have the rules, the operator's among them; they answer it themselves and never ask here.
 */
@Resolver()
export class ExplainPolicyResolver {
  @AdminOnly()
  @Query(() => ExplainedPolicy, {
    description:
      'What the policy would decide of every field of an operation, and by which rules. Nothing is fetched. Answered by the gateway.',
  })
  explainPolicy(
    @Arg('operation', () => String, { description: 'The document.' }) _operation: string,
    @Arg('operationName', () => String, { nullable: true, description: 'Where the document has several.' })
    _operationName: string | null,
    @Arg('variables', () => GraphQLJSONObject, { nullable: true }) _variables: object | null,
    @Arg('as', () => ExplainedCallerInput) _as: ExplainedCallerInput,
  ): ExplainedPolicy {
    throw new ModelgraphError('BAD_REQUEST', 'The gateway answers explainPolicy: only it has the rules. Ask it there.')
  }
}
