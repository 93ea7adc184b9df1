import type { FeatureDeclaration, ImageDeclaration, OutputDeclaration } from '../declaration.js'
import { isWhole } from './bounds.js'

const DEFAULT_MAX_LENGTH = 1_000

/** What a value must be, as it ends a sentence: `a number ≥ 0 EUR`, `one of GROCERY, TRAVEL`. */
export function expectationOf(declared: FeatureDeclaration | OutputDeclaration): string {
  switch (declared.kind) {
    case 'float':
      return `a number${rangeOf(declared)}`
    case 'int':
      return `a whole number${rangeOf(declared)}`
    case 'bool':
      return 'true or false'
    case 'category':
      return `one of ${declared.categories?.join(', ')}`
    case 'string':
      return isFeature(declared) ? `a text of at most ${maxLengthOf(declared)} characters` : 'a text'
    case 'vector':
      return `${declared.length} ${isWhole(declared) ? 'whole numbers' : 'numbers'}${rangeOf(declared)}`
    case 'image':
      return imageExpectation(declared.image!)
  }
}

/** What one element of a vector or of an image given as numbers must be. */
export function elementExpectationOf(declared: FeatureDeclaration | OutputDeclaration): string {
  if ('image' in declared && declared.image) return `a number from 0 to ${declared.image.scale ?? 1}`
  return `a ${isWhole(declared) ? 'whole number' : 'number'}${rangeOf(declared)}`
}

/** Longest text a string feature takes, in UTF-16 code units. */
export function maxLengthOf(feature: FeatureDeclaration): number {
  return feature.maxLength ?? DEFAULT_MAX_LENGTH
}

/** Samples of an image once it is decoded: width × height × channels. */
export function sampleCount(image: ImageDeclaration): number {
  return image.width * image.height * image.channels
}

function isFeature(declared: FeatureDeclaration | OutputDeclaration): declared is FeatureDeclaration {
  return 'example' in declared
}

function rangeOf({ min, max, unit }: FeatureDeclaration | OutputDeclaration): string {
  const suffix = unit === undefined ? '' : ` ${unit}`
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}${suffix}`
  if (min !== undefined) return ` ≥ ${min}${suffix}`
  if (max !== undefined) return ` ≤ ${max}${suffix}`
  return suffix && ` in ${unit}`
}

function imageExpectation(image: ImageDeclaration): string {
  return `a PNG or JPEG in base64, or ${sampleCount(image)} numbers from 0 to ${image.scale ?? 1}`
}
