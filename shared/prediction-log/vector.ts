/**
 * The values of one feature or output, one for each row of a chunk. Numbers travel as base64 of little-endian doubles,
 * which costs a tenth of printing them and loses nothing; NaN stands for null. Everything else is a JSON array.
 */
export type Vector = { readonly f64: string } | readonly unknown[]

const BYTES = 8

export function encodeVector(values: readonly unknown[]): Vector {
  const doubles = new Float64Array(values.length)
  for (let row = 0; row < values.length; row++) {
    const value = values[row]
    if (typeof value === 'number') doubles[row] = value
    else if (value === null) doubles[row] = Number.NaN
    else return values
  }
  return { f64: base64Of(doubles) }
}

/** Doubles as the text that stands for them in a vector. */
export function base64Of({ buffer, byteOffset, byteLength }: Float64Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64')
}

/** Throws a RangeError when there is not exactly one value for each row. */
export function decodeVector(vector: Vector, rows: number): readonly unknown[] {
  const values = 'f64' in vector ? doublesOf(vector.f64) : vector
  if (values.length !== rows) throw new RangeError(`holds ${values.length} values for ${rows} rows`)
  return values
}

/** How many values there are, without decoding them. */
export function lengthOf(vector: Vector): number {
  return 'f64' in vector ? Buffer.byteLength(vector.f64, 'base64') / BYTES : vector.length
}

function doublesOf(base64: string): (number | null)[] {
  const bytes = Buffer.from(base64, 'base64')
  return Array.from({ length: bytes.length / BYTES }, (_, row) => {
    const value = bytes.readDoubleLE(row * BYTES)
    return Number.isNaN(value) ? null : value
  })
}
