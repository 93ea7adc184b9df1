import type { FeatureDeclaration, OutputDeclaration } from '../declaration.js'
import { looksLikeImage } from '../image/sniff.js'
import { maxLengthOf } from './expectation.js'
import { findValueIssues } from './value-issues.js'

const MAX_LENGTH = 1_000_000

/** What is wrong with a feature as it is declared, a clause each that can follow its name; empty when nothing is. */
export function findFeatureFaults(feature: FeatureDeclaration): readonly string[] {
  const shape = [...findNameFaults(feature.name), ...findShapeFaults(feature), ...findFeatureShapeFaults(feature)]
  return shape.length > 0 ? shape : [...findImputeFaults(feature), ...findExampleFaults(feature)]
}

/** The same for an output. */
export function findOutputFaults(output: OutputDeclaration): readonly string[] {
  const faults = [...findNameFaults(output.name), ...findShapeFaults(output)]
  if ((output.tensor === undefined) === (output.derived === undefined)) {
    faults.push('is either read from a tensor (`tensor`) or derived from the other outputs (`from`)')
  }
  if (output.column !== undefined && !(Number.isInteger(output.column) && output.column >= 0)) {
    faults.push(`reads column ${output.column}, but columns count from 0`)
  }
  return faults
}

/** Names become GraphQL fields and properties of plain objects. */
function findNameFaults(name: string): readonly string[] {
  if (!/^[A-Za-z][A-Za-z0-9_]{0,62}$/.test(name)) {
    return ['has a name that is no GraphQL field name: a letter, then at most 62 letters, digits or underscores']
  }
  return name in {} ? ['has a name that every JavaScript object already has; choose another'] : []
}

/** Faults that features and outputs share: range, categories and length. */
function findShapeFaults(declared: FeatureDeclaration | OutputDeclaration): string[] {
  const faults: string[] = []
  const { kind, min, max, length } = declared
  if (min !== undefined && max !== undefined && min > max) faults.push(`has min ${min} above max ${max}`)
  if (![min, max].every((bound) => bound === undefined || Number.isFinite(bound))) faults.push('has an infinite bound')
  if ((min ?? max) !== undefined && !['float', 'int', 'vector'].includes(kind))
    faults.push(`is a ${kind}, which has no range`)
  if (kind === 'category') faults.push(...findCategoryFaults(declared.categories ?? []))
  if (kind !== 'category' && declared.categories) faults.push(`is a ${kind}, which has no categories`)
  if (kind === 'vector' && !isCount(length)) faults.push('is a vector and needs its `length`, a whole number from 1')
  if (kind !== 'vector' && length !== undefined) faults.push(`is a ${kind}, which has no length`)
  return faults
}

function findCategoryFaults(categories: readonly string[]): readonly string[] {
  if (categories.length === 0) return ['has no categories']
  const foreign = categories.find(
    (name) => !/^(?!__)[A-Za-z_][A-Za-z0-9_]*$/.test(name) || /^(true|false|null)$/.test(name),
  )
  if (foreign !== undefined) return [`has the category ${JSON.stringify(foreign)}, which is no GraphQL enum value name`]
  return new Set(categories).size < categories.length ? ['names a category twice'] : []
}

function findFeatureShapeFaults(feature: FeatureDeclaration): readonly string[] {
  const faults: string[] = []
  const { kind, image, datatype, encoding, maxLength } = feature
  if (kind === 'image' && !(image && isCount(image.width) && isCount(image.height))) {
    faults.push('is an image and needs `image` with the width, height and channels the model takes')
  }
  if (kind !== 'image' && image) faults.push(`is a ${kind}, which has no image settings`)
  if (kind !== 'category' && encoding) faults.push(`is a ${kind}, which has no encoding`)
  if (kind !== 'string' && maxLength !== undefined) faults.push(`is a ${kind}, which has no maxLength`)
  if (kind === 'string' && !isCount(maxLengthOf(feature))) faults.push('has a maxLength that is no whole number from 1')
  const textual = kind === 'string' || (kind === 'category' && encoding !== 'oneHot')
  if (datatype === 'string' && !textual) faults.push(`is a ${kind}, which no string tensor takes`)
  if (kind === 'string' && datatype !== undefined && datatype !== 'string')
    faults.push(`is a string, which no ${datatype} tensor takes`)
  return faults
}

function findImputeFaults(feature: FeatureDeclaration): readonly string[] {
  if (!feature.optional) return []
  const { impute } = feature.optional
  if (impute === undefined) return ['is optional and has to say what stands in for it: `optional: { impute: … }`']
  if (impute === 'NaN' && (feature.kind === 'float' || feature.kind === 'vector')) return []
  if (feature.kind === 'image') return ['is an image, which cannot be optional']
  return findValueIssues(feature, impute, 'impute').map(
    (issue) => `imputes ${issue.received}, which is not ${issue.expected}`,
  )
}

function findExampleFaults(feature: FeatureDeclaration): readonly string[] {
  const { example } = feature
  if (feature.kind === 'image' && typeof example === 'string' && !looksLikeImage(example)) {
    return ['has an example that is neither a PNG nor a JPEG in base64']
  }
  return findValueIssues(feature, example, 'example').map(
    (issue) => `has the ${issue.path} ${issue.received}, which is not ${issue.expected}`,
  )
}

function isCount(value: number | undefined): boolean {
  return Number.isInteger(value) && value! >= 1 && value! <= MAX_LENGTH
}
