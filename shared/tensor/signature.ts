/** Element types of the tensors we feed and read, in the names of onnxruntime. */
export type Datatype = 'float32' | 'float64' | 'int32' | 'int64' | 'uint8' | 'bool' | 'string'

/**
 * Name, datatype and shape of one tensor of an artifact. A dimension is a number, or the symbol of a variable dimension
 * (`'N'`; an unnamed one is `'?'`). The first dimension counts rows.
 */
export interface TensorSpec {
  readonly name: string
  readonly datatype: Datatype
  readonly shape: readonly (number | string)[]
}

/** The tensors of an artifact: what ONNX calls graph inputs and outputs. */
export interface Signature {
  readonly inputs: readonly TensorSpec[]
  readonly outputs: readonly TensorSpec[]
}

/** `features: float32[N,30]`, for messages. */
export function describeTensor(spec: TensorSpec): string {
  return `${spec.name}: ${spec.datatype}[${spec.shape.join(',')}]`
}

/** Elements per row: the product of the dimensions after the first. Throws a RangeError if one of them is variable. */
export function rowWidth(spec: TensorSpec): number {
  return spec.shape.slice(1).reduce<number>((width, dimension) => {
    if (typeof dimension !== 'number') throw new RangeError(`${describeTensor(spec)} has a variable row width`)
    return width * dimension
  }, 1)
}
