import type { ControlClient } from '../../control/client.js'
import type { Deployments, Environment } from '../../control/protocol.js'
import type { Log } from '../../telemetry/log.js'
import type { ArtifactStore } from './artifact-store.js'
import type { Deployed, Deployer } from './deployer.js'
import type { DeploymentsFile } from './deployments-file.js'

export interface FollowOptions {
  readonly client: ControlClient
  readonly deployer: Deployer
  readonly artifacts: ArtifactStore
  readonly file: DeploymentsFile
  /** Names of the models to follow. */
  readonly models: readonly string[]
  readonly environment: Environment
  /** Told when deployments are in effect, or what of them can be. */
  readonly inEffect: () => unknown
  readonly log: Log
  readonly signal: AbortSignal
  /** Waits; ends early, by rejecting, when the signal aborts. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<unknown>
  /** Uniform in [0, 1). */
  readonly random: () => number
}

/** How long the registry may hold an answer back until something changes. */
const LONG_POLL_MS = 20_000
/** A registry that answers at once is asked no more often. */
const MIN_INTERVAL_MS = 250
const BACKOFF_MS = 250
const MAX_BACKOFF_MS = 15_000

/** Puts into effect what was remembered, from files that are here. Never fails: what is unreadable is logged. */
export async function recall({ deployer, file, environment, log }: FollowOptions): Promise<void> {
  try {
    const remembered = await file.read()
    if (remembered?.environment !== environment) return
    await deployer.apply(remembered, () => Promise.reject(new Error('The artifact is not on disk.')))
  } catch (error) {
    log.warn({ err: error }, 'what was remembered of the deployments cannot be read; waiting for the registry')
  }
}

/**
 * Follows the registry until the signal aborts: long polls, puts changes into effect, remembers them. While the registry is
 * down, or artifacts don't come, it asks again with exponential backoff and jitter.
 */
export async function follow(options: FollowOptions): Promise<void> {
  const { signal, pause, random, log } = options
  let etag: string | undefined
  for (let failures = 0; !signal.aborted; ) {
    try {
      etag = await followOnce(options, etag)
      if (failures > 0) log.info('following the registry again')
      failures = 0
      await pause(MIN_INTERVAL_MS, signal)
    } catch (error) {
      if (signal.aborted) return
      if (failures === 0) log.warn({ err: error }, 'cannot follow the registry; serving on with what is known')
      failures += 1
      const limit = Math.min(MAX_BACKOFF_MS, BACKOFF_MS * 2 ** failures)
      await pause(limit * (0.5 + random() / 2), signal).catch(() => {})
    }
  }
}

async function followOnce(options: FollowOptions, etag: string | undefined): Promise<string | undefined> {
  const { client, deployer, models, signal } = options
  const polled = await client.deployments(models, { etag, waitMs: etag ? LONG_POLL_MS : 0, signal })
  if (polled === 'unchanged') return etag
  const deployed = await deployer.apply(polled.deployments, (sha256) => client.artifact(sha256, signal))
  options.inEffect()
  await remember(options, polled.deployments, deployed)
  if (!deployed.complete) throw new Error('Not every artifact could be brought here.')
  return polled.etag
}

/** A model whose champion did not load is remembered as it was before. */
async function remember(
  options: FollowOptions,
  { environment, models }: Deployments,
  { good }: Deployed,
): Promise<void> {
  const { file, artifacts, log } = options
  const before = await file.read().catch(() => undefined)
  const remembered = models.flatMap((deployment) => {
    if (good.has(deployment.model)) return [deployment]
    if (before?.environment !== environment) return []
    return before.models.filter(({ model }) => model === deployment.model)
  })
  try {
    await file.write({ environment, models: remembered })
    const kept = [...remembered, ...models].flatMap(({ versions }) => versions.map((version) => version.artifactSha256))
    await artifacts.keepOnly(new Set(kept))
  } catch (error) {
    log.error({ err: error }, 'cannot remember the deployments; a restart without the registry would not find them')
  }
}
