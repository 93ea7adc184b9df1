import type { TensorData, TensorElements, TensorSet } from '../tensor/row-block.js'
import { type Datatype, rowWidth, type TensorSpec } from '../tensor/signature.js'

/** Input tensors with room for `rows` rows each. */
export function allocateTensors(specs: readonly TensorSpec[], rows: number): TensorSet {
  const tensors: Record<string, TensorData> = {}
  for (const spec of specs) {
    const shape = [rows, ...(spec.shape.slice(1) as number[])]
    tensors[spec.name] = {
      datatype: spec.datatype,
      shape,
      data: allocateElements(spec.datatype, rows * rowWidth(spec)),
    }
  }
  return tensors
}

/** The first `rows` rows of each tensor, in the same memory. */
export function headRows(tensors: TensorSet, rows: number): TensorSet {
  const head: Record<string, TensorData> = {}
  for (const name in tensors) head[name] = headOf(tensors[name]!, rows)
  return head
}

/** Fills rows `from` to `to` with copies of the first row: what a fixed number of rows needs for the places left over. */
export function repeatFirstRow(tensors: TensorSet, from: number, to: number): void {
  for (const { data, shape } of Object.values(tensors)) {
    const width = data.length / shape[0]!
    for (let row = from; row < to; row++) data.copyWithin(row * width, 0, width)
  }
}

/** What of the outputs does not hold one entry per row; undefined when all do. */
export function findForeignShape(outputs: TensorSet, rows: number): string | undefined {
  for (const name in outputs) {
    const { shape } = outputs[name]!
    if (shape[0] !== rows) return `output "${name}" has the shape [${shape.join(',')}] for ${rows} rows`
  }
  return undefined
}

/** The memory behind the tensors, for a transfer to another thread; strings are copied instead. */
export function transferables(tensors: TensorSet): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>()
  for (const name in tensors) {
    const { data } = tensors[name]!
    if (!Array.isArray(data)) buffers.add(data.buffer as ArrayBuffer)
  }
  return [...buffers]
}

function headOf(tensor: TensorData, rows: number): TensorData {
  if (tensor.shape[0] === rows) return tensor
  const width = tensor.data.length / tensor.shape[0]!
  const data = Array.isArray(tensor.data) ? tensor.data.slice(0, rows * width) : tensor.data.subarray(0, rows * width)
  return { datatype: tensor.datatype, shape: [rows, ...tensor.shape.slice(1)], data }
}

function allocateElements(datatype: Datatype, length: number): TensorElements {
  switch (datatype) {
    case 'float32':
      return new Float32Array(length)
    case 'float64':
      return new Float64Array(length)
    case 'int32':
      return new Int32Array(length)
    case 'int64':
      return new BigInt64Array(length)
    case 'uint8':
    case 'bool':
      return new Uint8Array(length)
    case 'string':
      return new Array<string>(length).fill('')
  }
}
