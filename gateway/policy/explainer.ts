import { type GraphQLSchema, getOperationAST, parse, specifiedRules, validate } from 'graphql'
import { z } from 'zod'
import { type DeliveryPolicy, OPEN_DELIVERY } from '../../shared/control/protocol.js'
import type { RegisteredClient } from '../../shared/control/registered-client.js'
import { ModelgraphError } from '../../shared/errors/modelgraph-error.js'
import type { Identity } from '../../shared/identity/claims.js'
import type { HouseOperations } from '../delivery/house-operations.js'
import { sha256Of } from '../delivery/persisted-query.js'
import { compileCoercion } from '../variables/coerce.js'
import type { ExplainedField } from './explain.js'
import type { Policy, PolicyRequest } from './policy.js'

/** What explaining stands on beside the policy. */
export interface ExplainerOptions {
  /** Throws for a document that is too large, or none. */
  readonly admit: (text: string) => void
  /** What the registry knows of a client by its name; undefined when it knows none. */
  readonly client: (name: string) => Promise<RegisteredClient | undefined>
  readonly environment: Identity['environment']
  /** What every client may send, whatever its safelist. */
  readonly house: HouseOperations
}

/** `ExplainedPolicy` of the registry's SDL. */
export interface ExplainedPolicy {
  readonly allowed: boolean
  /** Null for a client that may send any operation. */
  readonly safelisted: boolean | null
  readonly fields: readonly ExplainedField[]
}

const question = z.object({
  operation: z.string().min(1),
  operationName: z.string().nullish(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  as: z.object({
    client: z.string().nullish(),
    scopes: z.array(z.string().min(1)).max(200).nullish(),
    introspection: z.boolean().nullish(),
    deniedFields: z.array(z.string()).max(500).nullish(),
  }),
})

type Question = z.infer<typeof question>

/** Tells admins what the policy of one supergraph version would decide. */
export class Explainer {
  constructor(
    private readonly schema: GraphQLSchema,
    private readonly policy: Pick<Policy, 'explain'>,
    private readonly options: ExplainerOptions,
  ) {}

  /**
   * Answers `Query.explainPolicy` by its arguments. Throws `BAD_REQUEST` for arguments that are none, `NOT_FOUND` for an unknown
   * client, and what a request gets whose operation is no valid one.
   */
  async explain(asked: unknown): Promise<ExplainedPolicy> {
    const { as, ...given } = questionIn(asked)
    this.options.admit(given.operation)
    const operation = operationIn(given, this.schema)
    const caller = await this.callerOf(as)
    const fields = await this.policy.explain({ ...operation, ...caller })
    const safelisted = this.isSafelisted(given.operation, caller.delivery)
    const isRefused = safelisted === false || fields.some(({ decision }) => decision === 'REFUSED')
    return { allowed: !isRefused, safelisted, fields }
  }

  private isSafelisted(text: string, { operations, safelist }: DeliveryPolicy): boolean | null {
    if (operations === 'ANY') return null
    const hash = sha256Of(text)
    return this.options.house.has(hash) || safelist.sha256.includes(hash)
  }

  private async callerOf(as: Question['as']): Promise<Pick<PolicyRequest, 'caller' | 'delivery'>> {
    const { client: name, scopes, introspection, deniedFields } = as
    const known = name == null ? undefined : await this.registered(name)
    const delivery: DeliveryPolicy = known?.delivery ?? OPEN_DELIVERY
    return {
      caller: {
        subject: `client:${known?.clientId ?? 'explained'}`,
        client: known?.client ?? 'explained',
        scopes: scopes ?? known?.scopes ?? [],
        environment: this.options.environment,
        criticality: known?.criticality,
      },
      delivery: {
        ...delivery,
        introspection: introspection ?? delivery.introspection,
        deniedFields: deniedFields ?? delivery.deniedFields,
      },
    }
  }

  private async registered(name: string): Promise<RegisteredClient> {
    const found = await this.options.client(name)
    if (found) return found
    throw new ModelgraphError('NOT_FOUND', `There is no client ${JSON.stringify(name.slice(0, 80))}.`, {
      path: 'as.client',
    })
  }
}

function questionIn(asked: unknown): Question {
  const { data, error } = question.safeParse(asked)
  if (data) return data
  const { message, path } = error.issues[0]!
  throw new ModelgraphError('BAD_REQUEST', `${message}, at ${path.join('.') || 'the arguments'}.`)
}

function operationIn({ operation: text, operationName, variables }: Omit<Question, 'as'>, schema: GraphQLSchema) {
  const document = parse(text)
  const [invalid] = validate(schema, document, specifiedRules)
  if (invalid) throw new ModelgraphError('GRAPHQL_VALIDATION_FAILED', invalid.message)
  const operation = getOperationAST(document, operationName)
  if (!operation) throw new ModelgraphError('BAD_REQUEST', 'The document has no such operation, or several.')
  const coerced = compileCoercion(schema, operation)(variables ?? {})
  if ('errors' in coerced) throw coerced.errors[0]!
  return { document, operation, variables: coerced.values }
}
