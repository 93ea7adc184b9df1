import { describeTensor, type Signature, type TensorSpec } from '../tensor/signature.js'

/**
 * How many rows a run must have where the artifact fixes it (its first dimension is a number); undefined when it takes
 * any number.
 */
export function fixedRows(signature: Signature): number | undefined {
  for (const { shape } of signature.inputs) if (typeof shape[0] === 'number') return shape[0]
  return undefined
}

/** What of the inputs cannot be cut into rows, a sentence each. */
export function findUnbatchable(signature: Signature): string[] {
  if (signature.inputs.length === 0) return ['the artifact has no inputs']
  const fixed = new Set(signature.inputs.map((spec) => spec.shape[0]).filter((rows) => typeof rows === 'number'))
  const mixed = fixed.size > 1 ? [`the inputs fix different numbers of rows: ${[...fixed].join(', ')}`] : []
  return [...mixed, ...signature.inputs.flatMap(findUnbatchableInput)]
}

function findUnbatchableInput(spec: TensorSpec): string[] {
  if (spec.shape.length === 0) return [`input ${describeTensor(spec)} has no dimension that counts rows`]
  if (spec.shape[0] === 0) return [`input ${describeTensor(spec)} holds no rows`]
  if (spec.shape.slice(1).every((dimension) => typeof dimension === 'number')) return []
  return [`input ${describeTensor(spec)} has rows of a variable width; export it with fixed dimensions after the first`]
}
