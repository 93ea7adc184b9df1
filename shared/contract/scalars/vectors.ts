import { GraphQLError, GraphQLScalarType, Kind, type ValueNode, valueFromASTUntyped } from 'graphql'
import { decodeLittleEndian, type LittleEndianType } from './little-endian.js'

/** Numbers of many rows. Base64 holds float32, the datatype that models are fed with. */
export const FloatVector = vectorScalar('FloatVector', 'numbers', 'float32')
/** Whole numbers of many rows. */
export const IntVector = vectorScalar('IntVector', 'whole numbers', 'int32')
/** Truth values of many rows. */
export const BooleanVector = vectorScalar('BooleanVector', 'true or false', 'uint8')
/** Texts or categories of many rows. */
export const StringVector = vectorScalar('StringVector', 'texts')
/** Pictures of many rows, each as the scalar `Image` takes it. */
export const ImageVector = vectorScalar('ImageVector', 'pictures, each a PNG or JPEG in base64 or an array of numbers')

/**
 * A scalar that carries one column of many rows. It hands an array on as it is, without a look at its elements: the
 * contract's check reads each of them anyway, and names the row. A text that cannot be decoded is handed on too, so that
 * the error names the column instead of repeating megabytes.
 */
function vectorScalar(name: string, elements: string, type?: LittleEndianType): GraphQLScalarType {
  const base64 = type ? `, or a text: base64 of little-endian ${type}${type === 'uint8' ? ', 0 or 1' : ''}` : ''
  const form = `a JSON array of ${elements}${base64}`
  const read = (value: unknown): unknown => {
    if (Array.isArray(value)) return value
    if (typeof value === 'string' && type) return decodeLittleEndian(value, type) ?? value
    throw new GraphQLError(`expected ${form}.`, { extensions: { code: 'BAD_USER_INPUT', expected: form } })
  }
  return new GraphQLScalarType({
    name,
    description: `A value per row: ${form}. Null stands for a missing value, and for the answer of a row that failed.`,
    parseValue: read,
    parseLiteral: (node, variables) => read(isListOrText(node) ? valueFromASTUntyped(node, variables) : undefined),
    serialize,
  })
}

function isListOrText(node: ValueNode): boolean {
  return node.kind === Kind.LIST || node.kind === Kind.STRING
}

/** Packed numbers become an array; what is not finite becomes null, as JSON has no word for it. */
function serialize(value: unknown): unknown {
  if (Array.isArray(value)) return value
  if (value instanceof Float64Array || value instanceof Float32Array || value instanceof Int32Array) {
    return Array.from<number, number | null>(value, (element) => (Number.isFinite(element) ? element : null))
  }
  throw new GraphQLError('A vector must be an array.')
}
