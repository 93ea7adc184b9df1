import type { InputLayout } from '../compile/layout.js'

/** The rows of one input tensor as they wait for the engine: encoded already, row by row. */
export interface Staging {
  readonly layout: InputLayout
  /** Float64 holds every number exactly, whatever datatype the artifact takes. */
  readonly elements: Float64Array | string[]
}

export function stage(layout: InputLayout, rows: number): Staging {
  const length = rows * layout.width
  return { layout, elements: layout.textual ? new Array<string>(length).fill('') : new Float64Array(length) }
}

/** Moves the rows at `places` (ascending) to the front, over those that failed. */
export function compact({ layout: { width }, elements }: Staging, places: readonly number[]): void {
  for (let row = 0; row < places.length; row++) {
    const place = places[row]!
    if (place !== row) elements.copyWithin(row * width, place * width, (place + 1) * width)
  }
}
