import type { IncomingMessage } from 'node:http'
import { ModelgraphError } from '../../errors/modelgraph-error.js'

/** The bytes of a request; `PAYLOAD_TOO_LARGE` as soon as they are known to be more than `maxBytes`. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes)
  const chunks: Buffer[] = []
  let bytes = 0
  // Leaving the loop must not destroy the connection: the refusal still has to be written to it.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > maxBytes) throw tooLarge(maxBytes)
    chunks.push(chunk)
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, bytes)
}

/** The JSON of a body; `BAD_REQUEST` when it is none. */
export function parseJson(body: Buffer, contentType: string | undefined): unknown {
  if (!contentType?.startsWith('application/json')) {
    throw new ModelgraphError('BAD_REQUEST', 'Send the request as JSON, with the content type application/json.', {
      expected: 'application/json',
      received: contentType ?? 'no content type',
    })
  }
  try {
    return JSON.parse(body.toString('utf8'))
  } catch (error) {
    throw new ModelgraphError('BAD_REQUEST', 'The request body is not JSON.', {}, error)
  }
}

function tooLarge(maxBytes: number): ModelgraphError {
  const limit = `${maxBytes / 2 ** 20} MB`
  return new ModelgraphError('PAYLOAD_TOO_LARGE', `The request body is larger than the limit of ${limit}.`, {
    expected: `at most ${limit}`,
  })
}
