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
import { type TrialRun, warmUp } from './warm-up.js'
import type { WorkerPool } from './worker-pool.js'

export interface LoadedVersion {
  readonly serving: Serving
  /** Estimated, for all copies of the session. */
  readonly memoryBytes: number
}

export interface OpenedExecutor {
  readonly executor: Executor
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
  const { executor, memoryBytes } = await openExecutor(artifact, settings, placement, context)
  const inputs = new InputPool(signature.inputs, fixed)
  return { serving: { executor, cost, inputs, fixedRows: fixed, running: 0 }, memoryBytes }
}

async function tryArtifact(artifact: Artifact, settings: ResolvedSettings, context: LoadContext): Promise<Trial> {
  const thread = new SessionThread(context.options.clock)
  const abort = () => thread.end()
  context.signal.addEventListener('abort', abort)
  try {
    return await tryOn(thread, artifact, settings, context.options)
  } catch (error) {
    if (context.signal.aborted) throw notReady(artifact.id)
    throw error instanceof ModelgraphError ? error : refusedArtifact(artifact.id, error)
  } finally {
    context.signal.removeEventListener('abort', abort)
    thread.end()
  }
}

async function tryOn(
  thread: SessionThread,
  artifact: Artifact,
  settings: ResolvedSettings,
  { clock, loadTimeoutMs }: ResolvedOptions,
): Promise<Trial> {
  const { id: key, path } = artifact
  const options = optionsOf(artifact, settings)
  const signature = await thread.call({ method: 'open', key, path, options }, loadTimeoutMs)
  checkFit(artifact, signature)
  const run: TrialRun = (inputs, rows) => thread.call({ method: 'run', key, inputs, rows }, loadTimeoutMs)
  return { signature, cost: await warmUp(artifact, signature, settings, clock, run) }
}

function checkFit(artifact: Artifact, signature: Signature): void {
  const mismatches = [...findUnbatchable(signature), ...artifact.fit(signature)]
  if (mismatches.length === 0) return
  const message = `${artifact.id} does not fit its contract: ${mismatches.join('; ')}.`
  throw new ModelgraphError('CONTRACT_MISMATCH', message, { version: artifact.id, mismatches })
}

/** Opens the artifact where its runs shall execute, and estimates what that takes. Throws `INVALID_ARTIFACT`. */
export async function openExecutor(
  artifact: Artifact,
  settings: ResolvedSettings,
  placement: 'inline' | 'worker',
  { pool }: LoadContext,
): Promise<OpenedExecutor> {
  const { id, path } = artifact
  const options = optionsOf(artifact, settings)
  try {
    const { size } = await stat(path)
    const executor =
      placement === 'worker' ? await pool.open(id, { path, options }) : inlineExecutor(await openSession(path, options))
    return { executor, memoryBytes: executor.sessions * sessionBytes(size) }
  } catch (cause) {
    throw refusedArtifact(id, cause)
  }
}

function optionsOf(artifact: Artifact, { intraOpThreads }: ResolvedSettings): SessionOptions {
  return { intraOpThreads, ...(artifact.outputs === undefined ? {} : { outputs: artifact.outputs }) }
}

/** Measured over models from kilobytes to tens of megabytes: a session takes 0.1 MB and up to 2.2 times its file. */
function sessionBytes(fileBytes: number): number {
  return Math.ceil(fileBytes * 2.5) + 2 ** 18
}
