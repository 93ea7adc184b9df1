import type { FeatureDeclaration, OutputDeclaration } from '../declaration.js'

export const FLOAT32_MAX = 3.4028234663852886e38
const INT32_MIN = -2147483648
const INT32_MAX = 2147483647

export interface Bounds {
  readonly min: number
  readonly max: number
}

/**
 * The inclusive bounds a number has in any case: those declared, else what its type can hold. GraphQL's Int is an int32;
 * other numbers are fed as float32 unless the feature pins float64. NaN and the infinities are outside of all of them.
 */
export function boundsOf(declared: FeatureDeclaration | OutputDeclaration): Bounds {
  const natural = naturalBounds(declared)
  return { min: declared.min ?? natural.min, max: declared.max ?? natural.max }
}

/** Whether a value has to be a whole number: an int, or an element of a vector pinned to int32 or int64. */
export function isWhole(declared: FeatureDeclaration | OutputDeclaration): boolean {
  if (declared.kind === 'int') return true
  return declared.kind === 'vector' && 'datatype' in declared && /^u?int/.test(declared.datatype ?? '')
}

function naturalBounds(declared: FeatureDeclaration | OutputDeclaration): Bounds {
  if ('image' in declared && declared.image) return { min: 0, max: declared.image.scale ?? 1 }
  if ('datatype' in declared && declared.datatype === 'uint8') return { min: 0, max: 255 }
  if (isWhole(declared)) return { min: INT32_MIN, max: INT32_MAX }
  const wide = 'datatype' in declared && declared.datatype === 'float64'
  const limit = wide ? Number.MAX_VALUE : FLOAT32_MAX
  return { min: -limit, max: limit }
}
