import type { HttpRequest } from '../../shared/http/message.js'
import type { ReceivedBytes } from '../../shared/json/received-bytes.js'
import type { Json } from '../mesh/json.js'
import { bodyOfParameters } from './graphql-request.js'
import { parseBody, receiveBody, requireJson } from './read-body.js'
import { skimBody } from './skim-body.js'
import { variablesTextIn } from './variables-text.js'

/** What a request asks, as it came. */
export interface GivenBody {
  readonly value: unknown
  /** JSON of its variables as the client wrote it, where it is known; `body` is what the request means. */
  variablesIn(body: object): Json | undefined
  /** The same with every list read; undefined where that is so already. */
  readonly read?: () => GivenBody
}

/** Reads the body of a request by POST. What a request by GET asks has the form of a body as well, so that both are judged alike. */
export async function givenBody(request: HttpRequest, limitBytes: number): Promise<GivenBody> {
  const { method, url = '/', headers } = request
  if (method === 'GET')
    return { value: bodyOfParameters(new URL(url, 'http://gateway').searchParams), variablesIn: () => undefined }
  const received = await receiveBody(request, limitBytes)
  requireJson(received, headers['content-type'])
  const skimmed = skimBody(received)
  if (!skimmed) return parsedBody(received)
  const { value, variables } = skimmed
  return { value, variablesIn: () => variables, read: () => parsedBody(received) }
}

function parsedBody(received: ReceivedBytes): GivenBody {
  const { text, value } = parseBody(received.join())
  return { value, variablesIn: (body) => variablesTextIn(text, body) }
}
