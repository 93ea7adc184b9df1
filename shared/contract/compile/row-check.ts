import { boundsOf, isWhole } from '../check/bounds.js'
import { maxLengthOf, sampleCount } from '../check/expectation.js'
import type { Contract, FeatureDeclaration } from '../declaration.js'

export type Row = Readonly<Record<string, unknown>>

/** Whether a row passes, and nothing else: what is wrong with one that fails is for `findRowIssues` to say. */
export type RowCheck = (row: unknown) => row is Row

/**
 * Generates the check that every row goes through. The source holds nothing of the contract but property names, quoted by
 * JSON.stringify (and identifiers by the rules of a declaration), and finite numbers; texts such as categories are passed
 * in as values. It may refuse a row that is fine (one with a key that holds undefined), never the other way round.
 */
export function generateRowCheck({ input }: Contract): RowCheck {
  const values = input.features.map(checkedValue)
  const source = [
    'return (row) => {',
    '  if (typeof row !== "object" || row === null || Array.isArray(row)) return false',
    `  let known = 0`,
    ...input.features.flatMap((feature, index) => [
      `  const v${index} = row[${JSON.stringify(feature.name)}]`,
      `  ${checkOf(feature, index)}`,
    ]),
    '  let keys = 0',
    '  for (const key in row) keys++',
    '  return keys === known',
    '}',
  ]
  return new Function('values', 'isVector', source.join('\n'))(values, isVector) as RowCheck
}

function checkOf(feature: FeatureDeclaration, index: number): string {
  const test = testOf(feature, `v${index}`, `values[${index}]`)
  if (!feature.optional) return `if (!(${test})) return false; known++`
  return `if (v${index} !== undefined) { if (v${index} !== null && !(${test})) return false; known++ }`
}

function testOf(feature: FeatureDeclaration, value: string, checked: string): string {
  const { min, max } = boundsOf(feature)
  switch (feature.kind) {
    case 'float':
      return `typeof ${value} === "number" && ${value} >= ${min} && ${value} <= ${max}`
    case 'int':
      return `typeof ${value} === "number" && ${value} >= ${min} && ${value} <= ${max} && Math.floor(${value}) === ${value}`
    case 'bool':
      return `typeof ${value} === "boolean"`
    case 'category':
      return `${checked}.has(${value})`
    case 'string':
      return `typeof ${value} === "string" && ${value}.length <= ${maxLengthOf(feature)}`
    case 'vector':
      return `isVector(${value}, ${feature.length}, ${min}, ${max}, ${isWhole(feature)})`
    case 'image':
      return `typeof ${value} === "string" || isVector(${value}, ${sampleCount(feature.image!)}, ${min}, ${max}, false)`
  }
}

/** What a check compares with beside numbers: the names of a category. */
function checkedValue(feature: FeatureDeclaration): ReadonlySet<unknown> | undefined {
  return feature.categories && new Set(feature.categories)
}

function isVector(value: unknown, length: number, min: number, max: number, whole: boolean): boolean {
  if (!Array.isArray(value) || value.length !== length) return false
  for (let index = 0; index < length; index++) {
    const element = value[index]
    if (typeof element !== 'number' || !(element >= min && element <= max)) return false
    if (whole && !Number.isInteger(element)) return false
  }
  return true
}
