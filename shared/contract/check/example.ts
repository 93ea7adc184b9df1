import type { FeatureDeclaration } from '../declaration.js'
import { boundsOf, isWhole } from './bounds.js'
import { sampleCount } from './expectation.js'

/** A value that passes the check of a feature whose team gave no example: the middle of its range, its first category. */
export function defaultExample(feature: Omit<FeatureDeclaration, 'example'>): unknown {
  const declared = { ...feature, example: undefined }
  switch (declared.kind) {
    case 'bool':
      return false
    case 'category':
      return declared.categories?.[0]
    case 'string':
      return ''
    case 'vector':
      return new Array<number>(declared.length ?? 0).fill(exampleNumber(declared))
    case 'image':
      return declared.image && new Array<number>(sampleCount(declared.image)).fill(0)
    default:
      return exampleNumber(declared)
  }
}

function exampleNumber(feature: FeatureDeclaration): number {
  const { min, max } = feature
  if (min === undefined && max === undefined) return 0
  if (min === undefined) return Math.min(0, max!)
  if (max === undefined) return Math.max(0, min)
  const middle = boundsOf(feature).min / 2 + boundsOf(feature).max / 2
  return isWhole(feature) ? Math.floor(middle) : middle
}
