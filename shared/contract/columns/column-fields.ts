import type { GraphQLScalarType } from 'graphql'
import { isWhole } from '../check/bounds.js'
import type { Contract, FeatureDeclaration, OutputDeclaration } from '../declaration.js'
import { documentFeature, documentOutput } from '../declare/documentation.js'
import { BooleanVector, FloatVector, ImageVector, IntVector, StringVector } from '../scalars/vectors.js'

/** One field of a contract's columnar input or output type. */
export interface ColumnField {
  readonly name: string
  readonly scalar: GraphQLScalarType
  /** True for an optional feature, whose column may be left out. */
  readonly nullable: boolean
  readonly description: string
}

/** The scalars that columns are made of, for a schema that has to define them. */
export const VECTOR_SCALARS = [FloatVector, IntVector, BooleanVector, StringVector, ImageVector] as const

/** The columnar form of a contract: one vector per feature in, one per output back, documented like the rows. */
export function columnFields({ input, output }: Contract): {
  readonly input: readonly ColumnField[]
  readonly output: readonly ColumnField[]
} {
  return {
    input: input.features.map((feature) => ({
      name: feature.name,
      scalar: scalarOf(feature),
      nullable: feature.optional !== undefined,
      description: `${documentFeature(feature)}${describeElements(feature)}`,
    })),
    output: output.outputs.map((declared) => ({
      name: declared.name,
      scalar: scalarOf(declared),
      nullable: false,
      description: `${documentOutput(declared)}${describeElements(declared)}`.trim(),
    })),
  }
}

function scalarOf(declared: FeatureDeclaration | OutputDeclaration): GraphQLScalarType {
  switch (declared.kind) {
    case 'float':
      return FloatVector
    case 'int':
      return IntVector
    case 'bool':
      return BooleanVector
    case 'vector':
      return isWhole(declared) ? IntVector : FloatVector
    case 'category':
    case 'string':
      return StringVector
    case 'image':
      return ImageVector
  }
}

/** What rows need no word for: names instead of an enum, and how vectors of several rows lie in one. */
function describeElements({ kind, categories, length }: FeatureDeclaration | OutputDeclaration): string {
  if (kind === 'category') return ` One of ${categories!.join(', ')}.`
  return kind === 'vector' ? ` The ${length} values of a row follow each other, row after row.` : ''
}
