import { type Datatype, describeTensor, rowWidth, type Signature, type TensorSpec } from '../../tensor/signature.js'
import type { InputLayout } from './layout.js'
import type { OutputLayout } from './outputs.js'

/** What of the contract a signature does not honour, a sentence each with both sides; empty when it fits. */
export function findMisfits(
  inputs: readonly InputLayout[],
  outputs: readonly OutputLayout[],
  signature: Signature,
): readonly string[] {
  return [
    ...inputs.flatMap((layout) => findInputMisfit(layout, signature.inputs)),
    ...findUnfed(inputs, signature),
    ...outputs.flatMap((layout) => findOutputMisfit(layout, signature.outputs)),
  ]
}

function findInputMisfit(layout: InputLayout, present: readonly TensorSpec[]): readonly string[] {
  const spec = present.find(({ name }) => name === layout.name)
  if (spec && layout.datatypes.includes(spec.datatype) && hasShape(spec, layout)) return []
  return [misfit(`input tensor ${layout.name}`, layout.datatypes, layout.shape.join(','), spec, present)]
}

function findOutputMisfit(layout: OutputLayout, present: readonly TensorSpec[]): readonly string[] {
  const spec = present.find(({ name }) => name === layout.name)
  if (spec && layout.datatypes.includes(spec.datatype) && hasColumns(spec, layout.width)) return []
  const columns = layout.width === 1 ? '1' : `${layout.width} or more`
  return [misfit(`output tensor ${layout.name}`, layout.datatypes, columns, spec, present)]
}

/** Inputs of the artifact that no feature fills. */
function findUnfed(inputs: readonly InputLayout[], signature: Signature): readonly string[] {
  const fed = new Set(inputs.map(({ name }) => name))
  return signature.inputs
    .filter(({ name }) => !fed.has(name))
    .map((spec) => `input tensor ${describeTensor(spec)}: the artifact requires it, the contract has no feature for it`)
}

/** A row of the right width; dimensions of 1 don't move elements, so an image of one channel fits either layout. */
function hasShape(spec: TensorSpec, { width, shape }: InputLayout): boolean {
  if (!isFixed(spec) || rowWidth(spec) !== width) return false
  const present = spec.shape.slice(1).filter((dimension) => dimension !== 1)
  const needed = shape.filter((dimension) => dimension !== 1)
  return present.length <= 1 || needed.length <= 1 || present.join() === needed.join()
}

/** The width of an output may be known only when the model has run; the decoder checks it there. */
function hasColumns(spec: TensorSpec, columns: number): boolean {
  return !isFixed(spec) || rowWidth(spec) >= columns
}

function isFixed(spec: TensorSpec): boolean {
  return spec.shape.slice(1).every((dimension) => typeof dimension === 'number')
}

function misfit(
  place: string,
  datatypes: readonly Datatype[],
  dimensions: string,
  spec: TensorSpec | undefined,
  present: readonly TensorSpec[],
): string {
  const datatype = spec && datatypes.includes(spec.datatype) ? spec.datatype : datatypes.join(' or ')
  const need = `${place}: the contract needs ${datatype}[N,${dimensions}]`
  if (spec) return `${need}, the artifact has ${spec.datatype}[${spec.shape.join(',')}]`
  return `${need}, the artifact has no such tensor, only ${present.map(describeTensor).join('; ')}`
}
