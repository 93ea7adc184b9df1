import { ModelgraphError } from '../errors/modelgraph-error.js'
import type { Signature } from '../tensor/signature.js'
import { Cost } from './cost.js'
import type { Artifact } from './engine.js'
import type { Clock, ResolvedSettings } from './options.js'
import { TYPICAL_ROWS } from './placement.js'
import { fixedRows } from './row-dimension.js'
import type { ThreadRun } from './session-protocol.js'
import { allocateTensors, findForeignShape, repeatFirstRow } from './tensor-set.js'

/** Runs of one size: enough to tell the time of an undisturbed one, and not longer than this in all. */
const MAX_RUNS = 8
const MAX_MICROS = 50_000
/** Time one run of many rows may take. */
const MANY_ROWS_MICROS = 100_000

export type TrialRun = (inputs: ReturnType<typeof allocateTensors>, rows: number) => Promise<ThreadRun>

/**
 * Runs the example row, alone and many at once, and tells what it costs. Throws `CONTRACT_MISMATCH` when the answers
 * cannot be read row by row, and the runtime's error when it fails.
 */
export async function warmUp(
  artifact: Artifact,
  signature: Signature,
  settings: ResolvedSettings,
  clock: Clock,
  run: TrialRun,
): Promise<Cost> {
  const time = (rows: number) => timeRuns(artifact, signature, rows, clock, run)
  const fixed = fixedRows(signature)
  if (fixed !== undefined) {
    const micros = await time(fixed)
    return new Cost(micros, micros, fixed)
  }
  const one = await time(1)
  const affordable = Math.max(2, Math.min(TYPICAL_ROWS, Math.floor(MANY_ROWS_MICROS / one)))
  const many = Math.min(settings.maxBatchRows, affordable)
  return new Cost(one, many > 1 ? await time(many) : one, many)
}

/** The shortest time of a few runs of `rows` example rows, in microseconds; the very first is not counted. */
async function timeRuns(artifact: Artifact, signature: Signature, rows: number, clock: Clock, run: TrialRun) {
  const block = await artifact.example(rows)
  let inputs = allocateTensors(signature.inputs, rows)
  attempt(artifact.id, () => block.encode(0, block.length, inputs, 0))
  repeatFirstRow(inputs, block.length, rows)
  const first = await run(inputs, rows)
  checkAnswers(artifact.id, first, rows, () => block.decode(0, block.length, first.outputs, 0))
  inputs = first.inputs
  let shortest = Number.POSITIVE_INFINITY
  const end = clock.monotonic() + MAX_MICROS / 1000
  for (let runs = 0; runs < MAX_RUNS && (runs === 0 || clock.monotonic() < end); runs++) {
    const next = await run(inputs, rows)
    inputs = next.inputs
    shortest = Math.min(shortest, next.micros)
  }
  return shortest
}

function checkAnswers(id: string, { outputs }: ThreadRun, rows: number, decode: () => void): void {
  const foreign = findForeignShape(outputs, rows)
  if (foreign !== undefined) throw mismatch(id, `${foreign}; its first dimension must count the rows`)
  attempt(id, decode)
}

function attempt(id: string, step: () => void): void {
  try {
    step()
  } catch (cause) {
    throw mismatch(id, 'the example rows cannot be written to or read from its tensors', cause)
  }
}

function mismatch(id: string, what: string, cause?: unknown): ModelgraphError {
  return new ModelgraphError('CONTRACT_MISMATCH', `${id} does not fit its contract: ${what}.`, { version: id }, cause)
}
