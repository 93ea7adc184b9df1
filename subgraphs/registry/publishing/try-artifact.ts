import { type AdmittedRows, type CompiledContract, compileContract } from '../../../shared/contract/index.js'
import { ModelgraphError } from '../../../shared/errors/modelgraph-error.js'
import { createEngine } from '../../../shared/inference/create-engine.js'
import type { Artifact, Engine } from '../../../shared/inference/engine.js'
import type { Signature } from '../../../shared/tensor/signature.js'
import type { Finding } from '../schemas/composition.js'
import { findDeviations } from './golden-rows.js'
import type { Trial, TrialRequest } from './trial.js'

const RUN_LIMIT_MS = 60_000

/**
 * Tries an artifact as a subgraph would serve it: the runtime loads it, its signature fits the contract, and it answers
 * the card's golden rows as the source framework did.
 */
export async function tryArtifact(request: TrialRequest): Promise<Trial> {
  const engine = createEngine()
  const compiled = compileContract(request.contract)
  try {
    const signature = await load(engine, request, compiled)
    const deviations = await tryGoldenRows(engine, request, compiled)
    return deviations.length > 0 ? { findings: mismatches(deviations) } : { signature }
  } catch (error) {
    if (error instanceof ModelgraphError) return { findings: findingsOf(error) }
    throw error
  } finally {
    await engine.close()
  }
}

/** The signature, once it is known to fit. */
async function load(engine: Engine, { id, path }: TrialRequest, compiled: CompiledContract): Promise<Signature> {
  let loaded: Signature | undefined
  const artifact: Artifact = {
    id,
    path,
    fit: (signature) => {
      loaded = signature
      return compiled.fit(signature)
    },
    example: async (rows) => blockOf(await compiled.exampleBlock(rows)),
    settings: { placement: 'inline' },
  }
  await engine.load(artifact)
  return loaded!
}

async function tryGoldenRows(
  engine: Engine,
  { id, goldenRows }: TrialRequest,
  compiled: CompiledContract,
): Promise<readonly string[]> {
  const inputs = goldenRows.map(({ input }) => input)
  const { block, results } = await compiled.admitRows(inputs, 'card.goldenRows')
  if (block) await engine.run(id, block, { deadline: Date.now() + RUN_LIMIT_MS, priority: 'batch' })
  return findDeviations(compiled.contract, goldenRows, results)
}

function blockOf({ block, results }: AdmittedRows) {
  if (block) return block
  throw results.find((result) => result instanceof Error) ?? new TypeError('the example row made no block')
}

function findingsOf({ code, message, details }: ModelgraphError): Finding[] {
  const misfits = details.mismatches
  return code === 'CONTRACT_MISMATCH' && Array.isArray(misfits) ? mismatches(misfits) : [{ code, message }]
}

function mismatches(sentences: readonly string[]): Finding[] {
  return sentences.map((message) => ({ code: 'CONTRACT_MISMATCH', message }))
}
