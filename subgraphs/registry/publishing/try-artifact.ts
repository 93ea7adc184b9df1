import { compileContract } from '../../../shared/contract/compile/compile-contract.js'
import type { AdmittedRows, CompiledContract } from '../../../shared/contract/compiled.js'
import { ModelgraphError } from '../../../shared/errors/modelgraph-error.js'
import { createEngine } from '../../../shared/inference/create-engine.js'
import type { Artifact, Engine } from '../../../shared/inference/engine.js'
import { inspectArtifact } from '../../../shared/inference/inspect-artifact.js'
import type { Finding } from '../schemas/composition.js'
import { findDeviations } from './golden-rows.js'
import type { Trial, TrialRequest } from './trial.js'

const RUN_LIMIT_MS = 60_000

/**
 * Tries an artifact as a subgraph would serve it: the runtime loads it, its signature fits the contract, and it answers
 * the card's golden rows as the source framework did.
 */
export async function tryArtifact(request: TrialRequest): Promise<Trial> {
  const engine = createEngine({ maxWorkers: 1 })
  try {
    const signature = await inspectArtifact(request.path)
    const compiled = compileContract(request.contract)
    const findings = mismatches(compiled.fit(signature))
    if (findings.length > 0) return { findings }
    const deviations = await tryGoldenRows(engine, compiled, request)
    return deviations.length > 0 ? { findings: mismatches(deviations) } : { signature }
  } catch (error) {
    if (error instanceof ModelgraphError) return { findings: [{ code: error.code, message: error.message }] }
    throw error
  } finally {
    await engine.close()
  }
}

async function tryGoldenRows(
  engine: Engine,
  compiled: CompiledContract,
  { id, path, goldenRows }: TrialRequest,
): Promise<readonly string[]> {
  await engine.load(artifactOf(id, path, compiled))
  const inputs = goldenRows.map(({ input }) => input)
  const { block, results } = await compiled.admitRows(inputs, 'card.goldenRows')
  if (block) await engine.run(id, block, { deadline: Date.now() + RUN_LIMIT_MS, priority: 'batch' })
  return findDeviations(compiled.contract, goldenRows, results)
}

function artifactOf(id: string, path: string, compiled: CompiledContract): Artifact {
  return {
    id,
    path,
    fit: compiled.fit,
    example: async (rows) => blockOf(await compiled.exampleBlock(rows)),
    settings: { placement: 'worker' },
  }
}

function blockOf({ block, results }: AdmittedRows) {
  if (block) return block
  throw results.find((result) => result instanceof Error) ?? new TypeError('the example row made no block')
}

function mismatches(sentences: readonly string[]): Finding[] {
  return sentences.map((message) => ({ code: 'CONTRACT_MISMATCH', message }))
}
