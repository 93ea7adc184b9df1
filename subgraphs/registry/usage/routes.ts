import type { z } from 'zod'
import { CONTROL } from '../../../shared/control/protocol.js'
import { keysUsedSchema, quotaUsedSchema } from '../../../shared/control/schema.js'
import { usageReportSchema } from '../../../shared/control/usage-schema.js'
import { ModelgraphError } from '../../../shared/errors/modelgraph-error.js'
import { parseJson, readBody } from '../../../shared/serving/server/read-body.js'
import { type HttpRequest, json, type Route } from '../control/answer.js'
import { serviceOf, type Verification } from '../control/service-caller.js'
import type { Registry } from '../registry.js'
import { quotasKnown } from './quotas-known.js'
import { recordUsage } from './record-usage.js'
import { recordKeysUsed, recordQuotaUsed } from './record-uses.js'

export interface UsageOptions extends Verification {
  readonly maxBodyBytes: number
}

/** Where gateways tell what was used. */
export function usageRoutes(registry: Registry, options: UsageOptions): Readonly<Record<string, Route>> {
  return {
    [`POST ${CONTROL.keysUsed}`]: async (request) => {
      await recordKeysUsed(registry, await bodyOf(request, keysUsedSchema, '"keys"', registry, options))
      return json(200, {})
    },
    [`POST ${CONTROL.quotaUsed}`]: async (request) => {
      const told = await bodyOf(request, quotaUsedSchema, '"clients"', registry, options)
      await recordQuotaUsed(registry, told)
      return json(200, { clients: await quotasKnown(registry, told) })
    },
    [`POST ${CONTROL.usage}`]: async (request) => {
      await recordUsage(registry, await bodyOf(request, usageReportSchema, '"number", …', registry, options))
      return json(200, {})
    },
  }
}

async function bodyOf<Told extends { readonly environment: string }>(
  { message }: HttpRequest,
  schema: z.ZodType<Told>,
  fields: string,
  { environment }: Registry,
  options: UsageOptions,
): Promise<Told> {
  const body = await readBody(message, options.maxBodyBytes)
  serviceOf(message, body, options)
  const told = schema.safeParse(parseJson(body, message.headers['content-type']))
  if (told.success && told.data.environment === environment) return told.data
  throw new ModelgraphError('BAD_REQUEST', `Expected {"environment": "${environment}", "instance", ${fields}}.`)
}
