import type { OutputDeclaration } from '../contract/declaration.js'

type Outputs = Readonly<Record<string, unknown>>

/** How far two versions' answers to one row are apart. */
export interface Difference {
  /** The largest absolute difference among numeric outputs, elements of vectors included; undefined where there is none. */
  readonly largest: number | undefined
  /** Whether all categories, booleans and texts are the same; undefined where there is none. */
  readonly agrees: boolean | undefined
}

/** Compares two rows of outputs that honour the same contract. */
export function differenceOf(declared: readonly OutputDeclaration[], one: Outputs, other: Outputs): Difference {
  let largest: number | undefined
  let agrees: boolean | undefined
  for (const { name, kind } of declared) {
    if (kind === 'float' || kind === 'int' || kind === 'vector') {
      largest = Math.max(largest ?? 0, distance(one[name], other[name]))
    } else {
      agrees = (agrees ?? true) && one[name] === other[name]
    }
  }
  return { largest, agrees }
}

function distance(one: unknown, other: unknown): number {
  if (typeof one === 'number' && typeof other === 'number') return Math.abs(one - other)
  if (!Array.isArray(one) || !Array.isArray(other)) return 0
  return one.reduce((largest: number, value, index) => Math.max(largest, distance(value, other[index])), 0)
}
