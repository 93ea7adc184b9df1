import { stat } from 'node:fs/promises'
import { ModelgraphError } from '../errors/modelgraph-error.js'
import type { Signature } from '../tensor/signature.js'
import type { Cost } from './cost.js'
import type { Artifact } from './engine.js'
import type { Executor } from './executor.js'
import { inlineExecutor } from './inline-executor.js'
import { InputPool } from './input-pool.js'
import type { ResolvedOptions, ResolvedSettings } from './options.js'
import { choosePlacement, typicalRunMicros } from './placement.js'
import { notReady } from './refusal.js'
import { refusedArtifact } from './refused-artifact.js'
import { findUnbatchable, fixedRows } from './row-dimension.js'
import type { Serving } from './serving.js'
import { openSession, type SessionOptions } from './session.js'
import { SessionThread } from './session-thread.js'
import { warmUp } from './warm-up.js'
import type { WorkerPool } from './worker-pool.js'

export interface LoadedVersion {
  readonly serving: Serving
  /** Estimated, for all copies of the session. */
  readonly memoryBytes: number
}

export interface LoadContext {
  readonly options: ResolvedOptions
  readonly pool: WorkerPool
  /** Ends the loading. */
  readonly signal: AbortSignal
}

interface Trial {
  readonly signature: Signature
  readonly cost: Cost
}

/**
 * Tries the artifact on a thread of its own (opens it, compares its signature, warms it up, measures it), then opens it
 * where its cost says. Throws `INVALID_ARTIFACT` and `CONTRACT_MISMATCH`.
 */
export async function loadVersion(
  artifact: Artifact,
  settings: ResolvedSettings,
  context: LoadContext,
): Promise<LoadedVersion> {
  const { signature, cost } = await tryArtifact(artifact, settings, context)
  const fixed = fixedRows(signature)
  const placement = choosePlacement(settings, typicalRunMicros(settings, cost, fixed))
  const executor = await openExecutor(artifact, settings, placement, context)
  const inputs = new InputPool(signature.inputs, fixed)
  return {
    serving: { executor, cost, inputs, fixedRows: fixed, running: 0 },
    memoryBytes: await memoryOf(artifact, executor),
  }
}

async function tryArtifact(artifact: Artifact, settings: ResolvedSettings, context: LoadContext): Promise<Trial> {
  const { clock, loadTimeoutMs } = context.options
  const thread = new SessionThread(clock)
  const abort = () => thread.end()
  context.signal.addEventListener('abort', abort)
  try {
    const open = {
      method: 'open',
      key: artifact.id,
      path: artifact.path,
      options: optionsOf(artifact, settings),
    } as const
    const signature = await thread.call(open, loadTimeoutMs)
    checkFit(artifact, signature)
    const cost = await warmUp(artifact, signature, settings, clock, (inputs, rows) =>
      thread.call({ method: 'run', key: artifact.id, inputs, rows }, loadTimeoutMs),
    )
    return { signature, cost }
  } catch (error) {
    if (context.signal.aborted) throw notReady(artifact.id)
    throw error instanceof ModelgraphError ? error : refusedArtifact(artifact.id, error)
  } finally {
    context.signal.removeEventListener('abort', abort)
    thread.end()
  }
}

function checkFit(artifact: Artifact, signature: Signature): void {
  const mismatches = [...findUnbatchable(signature), ...artifact.fit(signature)]
  if (mismatches.length === 0) return
  const message = `${artifact.id} does not fit its contract: ${mismatches.join('; ')}.`
  throw new ModelgraphError('CONTRACT_MISMATCH', message, { version: artifact.id, mismatches })
}

/** Opens the artifact where its runs shall execute. Throws `INVALID_ARTIFACT`. */
export async function openExecutor(
  artifact: Artifact,
  settings: ResolvedSettings,
  placement: 'inline' | 'worker',
  { pool }: LoadContext,
): Promise<Executor> {
  const options = optionsOf(artifact, settings)
  try {
    if (placement === 'worker') return await pool.open(artifact.id, { path: artifact.path, options })
    return inlineExecutor(await openSession(artifact.path, options))
  } catch (cause) {
    throw refusedArtifact(artifact.id, cause)
  }
}

function optionsOf(artifact: Artifact, { intraOpThreads }: ResolvedSettings): SessionOptions {
  return { intraOpThreads, ...(artifact.outputs === undefined ? {} : { outputs: artifact.outputs }) }
}

/** Measured over models from kilobytes to tens of megabytes: a session takes 0.1 MB and up to 2.2 times its file. */
const BYTES_PER_FILE_BYTE = 2.5
const BYTES_PER_SESSION = 2 ** 18

/** Estimated memory of all copies of the session, in bytes. */
export async function memoryOf(artifact: Artifact, executor: Executor): Promise<number> {
  const { size } = await stat(artifact.path)
  return Math.ceil((size * BYTES_PER_FILE_BYTE + BYTES_PER_SESSION) * executor.sessions)
}
