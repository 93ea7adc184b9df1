import { boundsOf, isWhole } from '../check/bounds.js'
import { maxLengthOf } from '../check/expectation.js'
import type { Slot } from '../compile/layout.js'
import { imputedValue } from '../compile/tensor-writer.js'
import type { FeatureDeclaration } from '../declaration.js'

/** Where a column goes: element `offset + row × width` of the staged rows. */
export interface Target {
  readonly elements: Float64Array | string[]
  readonly offset: number
  readonly width: number
}

/** Told of each value that fails its check, by its index in the column. */
export type Refuse = (index: number) => void

/** Checks a column and writes it into the staged rows; the elements of a refused row are left as they are. */
export type Fill = (values: ArrayLike<unknown>, rows: number, target: Target, refuse: Refuse) => void

/** Compiles the filling of one feature's column. Images are no part of it: they are decoded to vectors first. */
export function compileFill({ feature, width }: Slot): Fill {
  const impute = feature.optional && imputedValue(feature, width)
  switch (feature.kind) {
    case 'category':
      return fillCategories(feature, impute as string | undefined)
    case 'string':
      return fillTexts(maxLengthOf(feature), impute as string | undefined)
    case 'vector':
      return fillVectors(feature, width, impute as readonly number[] | undefined)
    case 'image':
      return fillSamples(width)
    default:
      return fillNumbers(feature, impute as number | boolean | undefined)
  }
}

/** Writes what stands in for an optional feature that no row gave. */
export function fillImputed(slot: Slot, rows: number, target: Target): void {
  const fill = compileFill(slot)
  const nothing = new Array<null>(rows * (slot.feature.kind === 'vector' ? slot.width : 1)).fill(null)
  fill(nothing, rows, target, () => {})
}

/** Whether a value of a column stands for nothing: null, or the NaN of a packed column, which has no null. */
function isMissing(value: unknown, packed: boolean): boolean {
  return value === null || value === undefined || (packed && Number.isNaN(value))
}

type NumberTest = (value: unknown) => value is number

/** The check of a number. The bounds of values that were packed as float32 are rounded to float32 as they were. */
function numberTest(feature: FeatureDeclaration, values: ArrayLike<unknown>): NumberTest {
  const { min, max } = boundsOf(feature)
  const single = values instanceof Float32Array
  const lowest = single ? Math.min(min, Math.fround(min)) : min
  const highest = single ? Math.max(max, Math.fround(max)) : max
  const inRange = (value: unknown): value is number => typeof value === 'number' && value >= lowest && value <= highest
  if (!isWhole(feature)) return inRange
  return (value): value is number => inRange(value) && Number.isInteger(value)
}

function fillNumbers(feature: FeatureDeclaration, impute: number | boolean | undefined): Fill {
  const optional = impute !== undefined
  return (values, rows, { elements, offset, width }, refuse) => {
    const packed = !Array.isArray(values)
    const allows = feature.kind === 'bool' ? isBool(packed) : numberTest(feature, values)
    for (let row = 0, at = offset; row < rows; row++, at += width) {
      const value = values[row]
      if (allows(value)) elements[at] = Number(value)
      else if (optional && isMissing(value, packed)) elements[at] = Number(impute)
      else refuse(row)
    }
  }
}

function isBool(packed: boolean): (value: unknown) => boolean {
  return packed ? (value) => value === 0 || value === 1 : (value) => typeof value === 'boolean'
}

function fillVectors(feature: FeatureDeclaration, length: number, impute: readonly number[] | undefined): Fill {
  return (values, rows, { elements, offset, width }, refuse) => {
    const packed = !Array.isArray(values)
    const allows = numberTest(feature, values)
    for (let row = 0, at = offset; row < rows; row++, at += width) {
      const missing = impute !== undefined && isMissing(values[row * length], packed)
      for (let index = 0; index < length; index++) {
        const value = missing ? impute[index] : values[row * length + index]
        if (missing || allows(value)) elements[at + index] = value as number
        else refuse(row * length + index)
      }
    }
  }
}

/** Samples of one image a row, checked already. */
function fillSamples(length: number): Fill {
  return (values, rows, { elements, offset, width }) => {
    for (let row = 0, at = offset; row < rows; row++, at += width) {
      const samples = values[row] as ArrayLike<number>
      for (let index = 0; index < length; index++) elements[at + index] = samples[index]!
    }
  }
}

function fillCategories(feature: FeatureDeclaration, impute: string | undefined): Fill {
  const codes = new Map<unknown, number>(feature.categories!.map((name, code) => [name, code]))
  return (values, rows, { elements, offset, width }, refuse) => {
    const named = Array.isArray(elements)
    for (let row = 0, at = offset; row < rows; row++, at += width) {
      const value = values[row] ?? impute
      const code = codes.get(value)
      if (code === undefined) refuse(row)
      else if (named) elements[at] = value as string
      else if (feature.encoding === 'oneHot') elements[at + code] = 1
      else elements[at] = code
    }
  }
}

function fillTexts(maxLength: number, impute: string | undefined): Fill {
  return (values, rows, { elements, offset, width }, refuse) => {
    for (let row = 0, at = offset; row < rows; row++, at += width) {
      const value = values[row] ?? impute
      if (typeof value === 'string' && value.length <= maxLength) elements[at] = value
      else refuse(row)
    }
  }
}
