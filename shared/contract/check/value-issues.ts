import type { FeatureDeclaration } from '../declaration.js'
import { boundsOf, isWhole } from './bounds.js'
import { elementExpectationOf, expectationOf, maxLengthOf, sampleCount } from './expectation.js'
import type { Issue } from './issue.js'
import { describeReceived } from './received.js'

/**
 * What is wrong with the value of one feature, found with care rather than speed; empty when nothing is. A text for an
 * image passes here: whether it is one shows when it is decoded.
 */
export function findValueIssues(feature: FeatureDeclaration, value: unknown, path: string): readonly Issue[] {
  if (value === undefined || value === null) return feature.optional ? [] : [issueAt(feature, value, path)]
  if (feature.kind === 'vector') return findElementIssues(feature, feature.length!, value, path)
  if (feature.kind === 'image') {
    return typeof value === 'string' ? [] : findElementIssues(feature, sampleCount(feature.image!), value, path)
  }
  return allows(feature, value) ? [] : [issueAt(feature, value, path)]
}

/** Whether a value that is not a list passes the check of its feature. */
function allows(feature: FeatureDeclaration, value: unknown): boolean {
  switch (feature.kind) {
    case 'bool':
      return typeof value === 'boolean'
    case 'category':
      return feature.categories!.includes(value as string)
    case 'string':
      return typeof value === 'string' && value.length <= maxLengthOf(feature)
    default:
      return isAllowedNumber(feature, value)
  }
}

function findElementIssues(
  feature: FeatureDeclaration,
  length: number,
  value: unknown,
  path: string,
): readonly Issue[] {
  if (!isList(value) || value.length !== length) return [issueAt(feature, value, path)]
  const expected = elementExpectationOf(feature)
  return Array.from(value, (element, index) => ({ element, index }))
    .filter(({ element }) => !isAllowedNumber(feature, element))
    .map(({ element, index }) => ({
      path: `${path}.${index}`,
      expected,
      received: describeReceived(element, feature.sensitive),
    }))
}

function isAllowedNumber(feature: FeatureDeclaration, value: unknown): boolean {
  const { min, max } = boundsOf(feature)
  if (typeof value !== 'number' || !(value >= min && value <= max)) return false
  return !isWhole(feature) || Number.isInteger(value)
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || value instanceof Float32Array || value instanceof Float64Array
}

function issueAt(feature: FeatureDeclaration, value: unknown, path: string): Issue {
  return { path, expected: expectationOf(feature), received: describeReceived(value, feature.sensitive) }
}
