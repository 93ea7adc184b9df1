import type { Contract } from '../../contract/declaration.js'
import type { Outputs } from './answered-field.js'

/** One row out of output columns, in which the values of a vector follow each other row after row. */
export function columnAt(
  { output }: Contract,
  columns: Readonly<Record<string, ArrayLike<unknown>>>,
  row: number,
): Outputs {
  return Object.fromEntries(
    output.outputs.map(({ name, length }) => {
      const column = columns[name]!
      if (length === undefined) return [name, column[row]]
      return [name, Array.from({ length }, (_, index) => column[row * length + index])]
    }),
  )
}
