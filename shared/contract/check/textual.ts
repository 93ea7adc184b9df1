import type { FeatureDeclaration } from '../declaration.js'

/** Whether a feature is fed as text: a string, or a category whose tensor is pinned to string. */
export function isTextual(feature: FeatureDeclaration): boolean {
  return feature.kind === 'string' || feature.datatype === 'string'
}
