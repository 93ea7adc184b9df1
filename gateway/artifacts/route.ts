import type { IncomingMessage } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { callerOf } from '../http/caller.js'
import { signalOf } from '../http/client-signal.js'
import { type UploadOptions, uploadArtifact } from './upload.js'

/** `PUT /artifacts/<sha256>`: takes the bytes of an artifact, of any content type, and passes them on to the registry. */
export async function artifactRoute(app: FastifyInstance, options: UploadOptions): Promise<void> {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
  app.put<{ Params: { sha256: string } }>('/artifacts/:sha256', async (request, reply) => {
    const answer = await uploadArtifact(
      {
        sha256: request.params.sha256,
        bytes: (request.body as IncomingMessage | undefined) ?? request.raw,
        length: lengthOf(request.headers['content-length']),
        caller: callerOf(request),
        requestId: request.id,
        signal: signalOf(reply),
      },
      options,
    )
    return reply.status(answer.status).type('application/json').send(answer.json)
  })
}

function lengthOf(header: string | undefined): number | undefined {
  return header === undefined ? undefined : Number(header)
}
