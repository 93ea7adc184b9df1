import type { Datatype, TensorSpec } from '../../tensor/signature.js'
import { boundsOf } from '../check/bounds.js'
import { sampleCount } from '../check/expectation.js'
import { isTextual } from '../check/textual.js'
import type { Contract, FeatureDeclaration } from '../declaration.js'

/** The columns of an input tensor that one feature fills. */
export interface Slot {
  readonly feature: FeatureDeclaration
  readonly offset: number
  readonly width: number
}

/** An input tensor as the contract implies it. */
export interface InputLayout {
  readonly name: string
  /** Elements per row. */
  readonly width: number
  /** Dimensions of a row: those of the image where the tensor holds one, else the width alone. */
  readonly shape: readonly number[]
  readonly slots: readonly Slot[]
  /** Datatypes that lose nothing, the preferred one first. */
  readonly datatypes: readonly Datatype[]
  /** Whether the tensor holds strings. */
  readonly textual: boolean
}

/** Where each feature goes: the features of one tensor are its columns, in the order declared. */
export function layOutInputs({ input }: Contract): readonly InputLayout[] {
  const byTensor = new Map<string, FeatureDeclaration[]>()
  for (const feature of input.features) {
    const columns = byTensor.get(feature.tensor)
    if (columns) columns.push(feature)
    else byTensor.set(feature.tensor, [feature])
  }
  return [...byTensor].map(([name, features]) => layOutTensor(name, features))
}

/** The tensor an artifact has to take, in its preferred datatype. */
export function specOf({ name, shape, datatypes }: InputLayout): TensorSpec {
  return { name, datatype: datatypes[0]!, shape: ['N', ...shape] }
}

/** Elements that one value of a feature takes in its tensor. */
export function widthOf(feature: FeatureDeclaration): number {
  if (feature.kind === 'vector') return feature.length!
  if (feature.kind === 'image') return sampleCount(feature.image!)
  return feature.encoding === 'oneHot' ? feature.categories!.length : 1
}

function layOutTensor(name: string, features: readonly FeatureDeclaration[]): InputLayout {
  let width = 0
  const slots = features.map((feature) => {
    const slot = { feature, offset: width, width: widthOf(feature) }
    width += slot.width
    return slot
  })
  return {
    name,
    width,
    shape: features.length === 1 ? shapeOf(features[0]!) : [width],
    slots,
    datatypes: datatypesFor(features),
    textual: isTextual(features[0]!),
  }
}

function shapeOf(feature: FeatureDeclaration): readonly number[] {
  if (!feature.image) return [widthOf(feature)]
  const { width, height, channels, layout } = feature.image
  return layout === 'NCHW' ? [channels, height, width] : [height, width, channels]
}

/** See `FeatureDeclaration.datatype` for the rule. */
function datatypesFor(features: readonly FeatureDeclaration[]): readonly Datatype[] {
  const pinned = features.find((feature) => feature.datatype)?.datatype
  if (pinned) return [pinned]
  if (isTextual(features[0]!)) return ['string']
  const datatypes: Datatype[] = ['float32', 'float64']
  if (features.every(isDiscrete)) datatypes.push('int64', 'int32')
  if (features.every(fitsByte)) datatypes.push('uint8')
  if (features.every(isBinary)) datatypes.push('bool')
  return datatypes
}

function isDiscrete({ kind }: FeatureDeclaration): boolean {
  return kind === 'int' || kind === 'bool' || kind === 'category'
}

function fitsByte(feature: FeatureDeclaration): boolean {
  if (feature.kind === 'category') return feature.encoding === 'oneHot' || feature.categories!.length <= 256
  const { min, max } = boundsOf(feature)
  return feature.kind === 'bool' || (feature.kind === 'int' && min >= 0 && max <= 255)
}

function isBinary({ kind, encoding }: FeatureDeclaration): boolean {
  return kind === 'bool' || encoding === 'oneHot'
}
