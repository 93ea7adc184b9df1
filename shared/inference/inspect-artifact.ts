import type { Signature } from '../tensor/signature.js'
import { resolveOptions } from './options.js'
import { refusedArtifact } from './refused-artifact.js'
import { SessionThread } from './session-thread.js'

/**
 * The signature of an ONNX file, as the runtime reads it. Works on a thread of its own, so that a large or malicious
 * file cannot hold up the caller's. Throws `INVALID_ARTIFACT` when the runtime cannot load the file within `timeoutMs`
 * (default 60,000), or when one of its tensors is of a datatype that cannot be served (the message names both).
 */
export async function inspectArtifact(path: string, timeoutMs?: number): Promise<Signature> {
  const { clock, loadTimeoutMs } = resolveOptions({})
  const thread = new SessionThread(clock)
  try {
    const options = { intraOpThreads: 1 }
    return await thread.call({ method: 'open', key: 'inspected', path, options }, timeoutMs ?? loadTimeoutMs)
  } catch (cause) {
    throw refusedArtifact('The artifact', cause)
  } finally {
    thread.end()
  }
}
