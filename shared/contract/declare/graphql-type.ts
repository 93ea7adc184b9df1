import { GraphQLBoolean, GraphQLFloat, GraphQLInt, GraphQLString } from 'graphql'
import { isWhole } from '../check/bounds.js'
import type { FeatureDeclaration, OutputDeclaration } from '../declaration.js'
import { Image } from '../scalars/image.js'
import { categoryEnum } from './category-enum.js'

/** The GraphQL type of a feature or an output of one row, as type-graphql takes it. */
export function graphqlTypeOf(declared: FeatureDeclaration | OutputDeclaration): () => object {
  switch (declared.kind) {
    case 'float':
      return () => GraphQLFloat
    case 'int':
      return () => GraphQLInt
    case 'bool':
      return () => GraphQLBoolean
    case 'string':
      return () => GraphQLString
    case 'image':
      return () => Image
    case 'vector':
      return () => [isWhole(declared) ? GraphQLInt : GraphQLFloat]
    case 'category': {
      const values = categoryEnum(declared.enumType!, declared.categories!)
      return () => values
    }
  }
}
