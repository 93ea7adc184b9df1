import { getOperationAST, parse, specifiedRules, validate } from 'graphql'
import { z } from 'zod'
import { OPEN_DELIVERY } from '../../shared/control/protocol.js'
import { ModelgraphError } from '../../shared/errors/modelgraph-error.js'
import type { Identity } from '../../shared/identity/claims.js'
import { callerOf, type Exchange, type HttpAnswer } from '../http/exchange.js'
import { parseJson, readBody } from '../http/read-body.js'
import type { Route } from '../http/routes.js'
import type { Admission } from '../limits/admission.js'
import type { SupergraphVersion } from '../supergraph/supergraph-version.js'
import { compileCoercion } from '../variables/coerce.js'
import { holdsScope } from './scopes.js'

export interface ExplainOptions {
  readonly version: () => SupergraphVersion | undefined
  readonly admission: Admission
  readonly bodyLimitBytes: number
}

const question = z.strictObject({
  query: z.string().min(1),
  operationName: z.string().nullish(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  as: z.strictObject({
    scopes: z.array(z.string().min(1)).max(200),
    introspection: z.boolean().default(true),
    deniedFields: z.array(z.string()).max(500).default([]),
  }),
})

/**
 * `POST /admin/explain-policy`, for admins: what the policy would decide of an operation, field by field, for a client that
 * holds these scopes. Nothing is fetched.
 */
export function explainRoute(options: ExplainOptions): Route {
  return {
    methods: ['POST'],
    path: '/admin/explain-policy',
    answer: (exchange) => answerExplain(exchange, options),
  }
}

async function answerExplain(exchange: Exchange, options: ExplainOptions): Promise<HttpAnswer> {
  const { identity } = callerOf(exchange)
  if (!holdsScope(identity.scopes, 'admin')) throw new ModelgraphError('FORBIDDEN', 'Only admins may ask this.')
  const { request } = exchange
  const body = parseJson(await readBody(request, options.bodyLimitBytes), request.headers['content-type'])
  const fields = await explain(questionIn(body), identity, options)
  const allowed = fields.every(({ decision }) => decision !== 'REFUSED')
  return { status: 200, body: JSON.stringify({ allowed, fields }) }
}

type Question = z.infer<typeof question>

function questionIn(body: unknown): Question {
  const { data, error } = question.safeParse(body)
  if (data) return data
  const { message, path } = error.issues[0]!
  throw new ModelgraphError('BAD_REQUEST', `${message}, at ${path.join('.') || 'the body'}.`)
}

async function explain({ as, ...asked }: Question, { environment }: Identity, options: ExplainOptions) {
  const version = options.version()
  if (!version) throw new ModelgraphError('REGISTRY_UNAVAILABLE', 'No graph is loaded yet.')
  const { scopes, ...delivery } = as
  const caller = { subject: 'client:explained', client: 'explained', scopes, environment }
  options.admission.admit(asked.query)
  const operation = operationIn(asked, version)
  return version.explain({ ...operation, caller, delivery: { ...OPEN_DELIVERY, ...delivery } })
}

function operationIn({ query, operationName, variables }: Omit<Question, 'as'>, { schema }: SupergraphVersion) {
  const document = parse(query)
  const [invalid] = validate(schema, document, specifiedRules)
  if (invalid) throw new ModelgraphError('GRAPHQL_VALIDATION_FAILED', invalid.message)
  const operation = getOperationAST(document, operationName)
  if (!operation) throw new ModelgraphError('BAD_REQUEST', 'The document has no such operation, or several.')
  const coerced = compileCoercion(schema, operation)(variables ?? {})
  if ('errors' in coerced) throw coerced.errors[0]!
  return { document, operation, variables: coerced.values }
}
