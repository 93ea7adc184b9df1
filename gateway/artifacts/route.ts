import { streamOf } from '../../shared/http/receive-body.js'
import { callerOf, type Exchange } from '../http/exchange.js'
import { lastSegment, type Route } from '../http/routes.js'
import { type UploadOptions, uploadArtifact } from './upload.js'

/** `PUT /artifacts/<sha256>`: takes the bytes of an artifact, of any content type, and passes them on to the registry. */
export function artifactRoute(options: UploadOptions): Route {
  return {
    methods: ['PUT'],
    path: '/artifacts/:sha256',
    answer: async (exchange: Exchange) => {
      const { request, requestId } = exchange
      const answer = await uploadArtifact(
        {
          sha256: lastSegment(exchange.path),
          bytes: streamOf(request),
          length: lengthOf(request.headers['content-length']),
          caller: callerOf(exchange).identity,
          requestId,
          signal: exchange.signal(),
        },
        options,
      )
      return { status: answer.status, body: answer.json, type: 'application/json' }
    },
  }
}

function lengthOf(header: string | undefined): number | undefined {
  return header === undefined ? undefined : Number(header)
}
