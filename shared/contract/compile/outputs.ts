import type { Datatype, TensorSpec } from '../../tensor/signature.js'
import type { Contract, OutputDeclaration } from '../declaration.js'

/** An output tensor as the contract implies it: at least so many columns, in one of these datatypes. */
export interface OutputLayout {
  readonly name: string
  readonly width: number
  readonly datatypes: readonly Datatype[]
}

/** The output tensors that the outputs are read from, in the order they are first named. */
export function layOutOutputs({ output }: Contract): readonly OutputLayout[] {
  const layouts = new Map<string, OutputLayout>()
  for (const declared of output.outputs) {
    if (declared.tensor === undefined) continue
    const before = layouts.get(declared.tensor)
    const width = (declared.column ?? 0) + (declared.length ?? 1)
    const datatypes = READABLE[declared.kind]
    layouts.set(declared.tensor, {
      name: declared.tensor,
      width: Math.max(width, before?.width ?? 0),
      datatypes: before ? before.datatypes.filter((datatype) => datatypes.includes(datatype)) : datatypes,
    })
  }
  return [...layouts.values()]
}

export function outputSpecOf({ name, width, datatypes }: OutputLayout): TensorSpec {
  return { name, datatype: datatypes[0]!, shape: ['N', width] }
}

const WHOLE: readonly Datatype[] = ['int64', 'int32', 'uint8']
const FLOATS: readonly Datatype[] = ['float32', 'float64']

/** The datatypes each kind of output can be read from, the usual one first. */
const READABLE: Readonly<Record<OutputDeclaration['kind'], readonly Datatype[]>> = {
  float: [...FLOATS, ...WHOLE],
  vector: [...FLOATS, ...WHOLE],
  int: [...WHOLE, ...FLOATS],
  bool: ['bool', ...WHOLE],
  category: [...WHOLE, 'string'],
  string: ['string'],
}
