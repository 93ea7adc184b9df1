import type { TrialRequest } from './trial.js'
import { tryArtifact } from './try-artifact.js'

process.once('message', async (request: TrialRequest) => {
  const trial = await tryArtifact(request)
  process.send?.(trial, () => process.exit(0))
})
process.once('disconnect', () => process.exit(1))
