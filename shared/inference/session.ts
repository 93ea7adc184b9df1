import { performance } from 'node:perf_hooks'
import { env, InferenceSession, Tensor } from 'onnxruntime-node'
import type { TensorData, TensorElements, TensorSet } from '../tensor/row-block.js'
import type { Datatype, Signature, TensorSpec } from '../tensor/signature.js'

env.logLevel = 'fatal'

const DATATYPES: ReadonlySet<string> = new Set<Datatype>([
  'float32',
  'float64',
  'int32',
  'int64',
  'uint8',
  'bool',
  'string',
])

export interface SessionOptions {
  /** Threads inside one run. */
  readonly intraOpThreads: number
  /** Output tensors to fetch; all of them when absent. */
  readonly outputs?: readonly string[]
}

/** The answer of one run. */
export interface SessionRun {
  readonly outputs: TensorSet
  /** Time inside the runtime, in microseconds. */
  readonly micros: number
}

/** One artifact in memory. A run blocks the thread it is called on while the runtime computes. */
export interface Session {
  readonly signature: Signature
  run(inputs: TensorSet): Promise<SessionRun>
  close(): Promise<void>
}

/**
 * Opens an ONNX file: the only door to the runtime. Throws the runtime's own error for a file it cannot load, and an
 * {@link UnsupportedTensorError} for a tensor whose datatype cannot travel through the engine.
 */
export async function openSession(path: string, options: SessionOptions): Promise<Session> {
  const session = await InferenceSession.create(path, {
    intraOpNumThreads: options.intraOpThreads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    logSeverityLevel: 4,
  })
  const signature = readSignature(session)
  const fetches = options.outputs ?? session.outputNames
  return {
    signature,
    run: (inputs) => runSession(session, inputs, fetches),
    close: () => session.release(),
  }
}

/** A tensor of an artifact is of a kind that we don't serve. */
export class UnsupportedTensorError extends Error {}

function readSignature(session: InferenceSession): Signature {
  return {
    inputs: session.inputMetadata.map((tensor) => readSpec(tensor, 'input')),
    outputs: session.outputMetadata.map((tensor) => readSpec(tensor, 'output')),
  }
}

function readSpec(tensor: InferenceSession.ValueMetadata, side: string): TensorSpec {
  if (!tensor.isTensor) {
    throw new UnsupportedTensorError(
      `${side} "${tensor.name}" is a sequence or a map, not a tensor; export the model with tensors only (zipmap off)`,
    )
  }
  if (!DATATYPES.has(tensor.type)) {
    throw new UnsupportedTensorError(
      `${side} "${tensor.name}" is of datatype ${tensor.type}; served are ${[...DATATYPES].join(', ')}`,
    )
  }
  const shape = tensor.shape.map((dimension) => (dimension === '' ? '?' : dimension))
  return { name: tensor.name, datatype: tensor.type as Datatype, shape }
}

async function runSession(
  session: InferenceSession,
  inputs: TensorSet,
  fetches: readonly string[],
): Promise<SessionRun> {
  const feeds: Record<string, Tensor> = {}
  for (const name in inputs) feeds[name] = toRuntime(inputs[name]!)
  // The runtime defers its blocking call with setImmediate; a turn queued right before it sees when it really starts.
  let started = 0
  setImmediate(() => {
    started = performance.now()
  })
  const results = await session.run(feeds, fetches)
  const micros = (performance.now() - started) * 1000
  const outputs: Record<string, TensorData> = {}
  for (const name of fetches) outputs[name] = fromRuntime(results[name] as Tensor)
  return { outputs, micros }
}

function toRuntime(tensor: TensorData): Tensor {
  return new Tensor(tensor.datatype as 'float32', tensor.data as Float32Array, tensor.shape)
}

function fromRuntime(tensor: Tensor): TensorData {
  return { datatype: tensor.type as Datatype, shape: tensor.dims, data: tensor.data as TensorElements }
}
