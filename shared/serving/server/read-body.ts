import { ModelgraphError } from '../../errors/modelgraph-error.js'
import type { HttpRequest } from '../../http/message.js'
import { receiveBody as receive } from '../../http/receive-body.js'
import { readJson } from '../../json/read-json.js'
import type { ReceivedBytes } from '../../json/received-bytes.js'

/** The bytes of a request; `PAYLOAD_TOO_LARGE` as soon as they are known to be more than `maxBytes`. */
export function receiveBody(request: HttpRequest, maxBytes: number): Promise<ReceivedBytes> {
  return receive(request, maxBytes, { tooLarge, cutShort })
}

/** The same in one piece. */
export async function readBody(request: HttpRequest, maxBytes: number): Promise<Buffer> {
  return (await receiveBody(request, maxBytes)).join()
}

/** The JSON of a body; `BAD_REQUEST` when it is none. */
export function parseJson(body: Buffer, contentType: string | undefined): unknown {
  if (!contentType?.startsWith('application/json')) {
    throw new ModelgraphError('BAD_REQUEST', 'Send the request as JSON, with the content type application/json.', {
      expected: 'application/json',
      received: contentType ?? 'no content type',
    })
  }
  return jsonOf(body)
}

/** The same of a body that cannot be anything else. */
export function jsonOf(body: Buffer): unknown {
  try {
    return readJson(body)
  } catch (error) {
    throw new ModelgraphError('BAD_REQUEST', 'The request body is not JSON.', {}, error)
  }
}

function cutShort(cause: Error): ModelgraphError {
  return new ModelgraphError('BAD_REQUEST', 'The request ended before its body was complete.', {}, cause)
}

function tooLarge(maxBytes: number): ModelgraphError {
  const limit = `${maxBytes / 2 ** 20} MB`
  return new ModelgraphError('PAYLOAD_TOO_LARGE', `The request body is larger than the limit of ${limit}.`, {
    expected: `at most ${limit}`,
  })
}
