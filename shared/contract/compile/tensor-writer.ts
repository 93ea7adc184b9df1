import type { TensorData } from '../../tensor/row-block.js'
import type { FeatureDeclaration } from '../declaration.js'
import type { InputLayout, Slot } from './layout.js'
import type { Row } from './row-check.js'

/** Writes rows `from` to `to` of a list into one tensor, the first of them at row `at`. */
export type TensorWriter = (rows: readonly Row[], from: number, to: number, tensor: TensorData, at: number) => void

/** An assignment of one element, in generated source. */
type Store = (element: string, value: string) => string

/**
 * Generates the writer of one input tensor: one assignment per column, 20 to 30 times faster than a loop over names.
 * The source holds nothing of the contract but property names, quoted by JSON.stringify (and identifiers by the rules of
 * a declaration), and numbers; texts are passed in as values. An int64 tensor is written as pairs of 32-bit words, low
 * word first, since every host of the runtime is little-endian; a BigInt per element costs ten times as much.
 */
export function generateTensorWriter(layout: InputLayout): TensorWriter {
  const writeWords = compile(
    layout,
    (element, value) => `w = ${value}; data[2 * (${element})] = w; data[2 * (${element}) + 1] = w < 0 ? -1 : 0`,
  )
  const writeElements = compile(layout, (element, value) => `data[${element}] = ${value}`)
  return (rows, from, to, { data }, at) => {
    if (data instanceof BigInt64Array) {
      writeWords(rows, from, to, new Int32Array(data.buffer, data.byteOffset, data.length * 2), at)
    } else {
      writeElements(rows, from, to, data, at)
    }
  }
}

type ElementWriter = (rows: readonly Row[], from: number, to: number, data: unknown, at: number) => void

function compile(layout: InputLayout, store: Store): ElementWriter {
  const source = [
    'return (rows, from, to, data, at) => {',
    `  let o = at * ${layout.width}, w`,
    `  for (let i = from; i < to; i++, o += ${layout.width}) {`,
    '    const row = rows[i]',
    ...layout.slots.map((slot, index) => `    ${writeSlot(slot, `values[${index}]`, store, layout.textual)}`),
    '  }',
    '}',
  ]
  return new Function('values', source.join('\n'))(layout.slots.map(slotValues)) as ElementWriter
}

/** What the source of a slot refers to as `values[index]`. */
interface SlotValues {
  readonly codes: ReadonlyMap<string, number> | undefined
  /** Stands in for a missing value. */
  readonly impute: unknown
}

function slotValues({ feature, width }: Slot): SlotValues {
  const codes = feature.categories && new Map(feature.categories.map((name, code) => [name, code]))
  return { codes, impute: imputedValue(feature, width) }
}

/** What stands in for a missing value, in the form a row would hold it. */
export function imputedValue({ kind, optional }: FeatureDeclaration, width: number): unknown {
  if (optional?.impute !== 'NaN') return optional?.impute
  if (kind === 'vector') return new Array<number>(width).fill(Number.NaN)
  return kind === 'float' ? Number.NaN : 'NaN'
}

function writeSlot({ feature, offset, width }: Slot, values: string, store: Store, textual: boolean): string {
  const given = `row[${JSON.stringify(feature.name)}]`
  const value = feature.optional ? `(${given} ?? ${values}.impute)` : given
  const element = `o + ${offset}`
  if (textual) return store(element, value)
  switch (feature.kind) {
    case 'bool':
      return store(element, `(${value} ? 1 : 0)`)
    case 'category':
      return writeCategory(feature, element, width, `${values}.codes.get(${value})`, store)
    case 'vector':
    case 'image':
      return `{ const v = ${value}; for (let j = 0; j < ${width}; j++) { ${store(`${element} + j`, 'v[j]')} } }`
    default:
      return store(element, value)
  }
}

function writeCategory(
  { encoding }: FeatureDeclaration,
  element: string,
  width: number,
  code: string,
  store: Store,
): string {
  if (encoding !== 'oneHot') return store(element, code)
  return `{ const c = ${code}; for (let j = 0; j < ${width}; j++) { ${store(`${element} + j`, '(j === c ? 1 : 0)')} } }`
}
