import { ModelgraphError } from '../errors/modelgraph-error.js'
import { LostWorkerError } from './executor.js'

/** `INVALID_ARTIFACT` for whatever happened while an artifact was opened or tried, without paths of the machine. */
export function refusedArtifact(name: string, cause: unknown): ModelgraphError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  const sentence =
    cause instanceof LostWorkerError
      ? `${name} could not be tried: ${reason}.`
      : `${name} is not an ONNX model that can be served here: ${withoutPaths(reason)}`
  return new ModelgraphError('INVALID_ARTIFACT', sentence, {}, cause)
}

const MAX_REASON = 300
/** `/src/model.cc:187 onnxruntime::Model::Model(…) ` in front of the runtime's own exceptions. */
const SOURCE = /\S+\.(?:cc|h):\d+ [^)]*\)(?: const)? /g
const PATH = /(?:[A-Za-z]:)?(?:[\\/][^\s\\/:'"]+){2,}[\\/]?/g

/** The runtime's messages name files of this machine and of its own sources. */
function withoutPaths(reason: string): string {
  const line = reason
    .replace(/^Load model from .* failed:\s*/s, '')
    .replace(/Load model .* failed\.\s*/s, '')
    .replace(SOURCE, '')
    .replace(PATH, '…')
    .replace(/\s+/g, ' ')
    .trim()
  return line.length > MAX_REASON ? `${line.slice(0, MAX_REASON)}…` : line
}
