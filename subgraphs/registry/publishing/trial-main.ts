import type { TrialRequest } from './trial.js'
import { tryArtifact } from './try-artifact.js'

process.on('message', async (request: TrialRequest) => {
  process.send?.(await tryArtifact(request))
})
process.once('disconnect', () => process.exit(1))
if (process.connected === false) process.exit(1)
