import { CONTROL, LARGEST_PREDICTIONS_BYTES } from '../../../shared/control/protocol.js'
import { readBody } from '../../../shared/serving/server/read-body.js'
import { type HttpAnswer, type HttpRequest, json, type Route } from '../control/answer.js'
import { serviceOf, type Verification } from '../control/service-caller.js'
import type { Registry } from '../registry.js'
import { storeChunks } from './store-chunks.js'

/** Where subgraphs deliver what they recorded. */
export function predictionRoutes(registry: Registry, verification: Verification): Readonly<Record<string, Route>> {
  return { [`POST ${CONTROL.predictions}`]: (request) => takePredictions(request, registry, verification) }
}

async function takePredictions(
  { message }: HttpRequest,
  registry: Registry,
  verification: Verification,
): Promise<HttpAnswer> {
  const body = await readBody(message, LARGEST_PREDICTIONS_BYTES)
  serviceOf(message, body, verification)
  return json(200, await storeChunks(registry, body))
}
