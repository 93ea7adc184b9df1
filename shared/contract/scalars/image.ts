import { GraphQLError, GraphQLScalarType, Kind, valueFromASTUntyped } from 'graphql'

/** A picture: base64 of a PNG or JPEG file, or its samples as an array of numbers in the model's own scale. */
export const Image = new GraphQLScalarType<string | readonly unknown[], unknown>({
  name: 'Image',
  description:
    'A picture: a PNG or JPEG file in base64, or its samples as a JSON array of numbers, row by row, in the scale the field names.',
  parseValue: (value) => {
    if (typeof value === 'string' || Array.isArray(value)) return value
    throw new GraphQLError('expected a PNG or JPEG in base64, or an array of numbers.')
  },
  parseLiteral: (node, variables) => {
    if (node.kind === Kind.STRING) return node.value
    if (node.kind === Kind.LIST) return valueFromASTUntyped(node, variables) as readonly unknown[]
    throw new GraphQLError('expected a PNG or JPEG in base64, or an array of numbers.', { nodes: node })
  },
})
