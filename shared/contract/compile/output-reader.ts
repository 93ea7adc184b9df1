import { boundsOf } from '../check/bounds.js'
import type { OutputDeclaration } from '../declaration.js'

/** Reads one output of one row, `at` being its first element; undefined if the contract does not allow what is there. */
export type OutputReader = (elements: ArrayLike<unknown>, at: number) => unknown

/**
 * How far float32 rounding may carry a number past its bound, relative to the bound (or to 1 near zero): eight times
 * the spacing of float32. What lies within is answered as the bound itself.
 */
const TOLERANCE = 2 ** -20

export function outputReader(output: OutputDeclaration): OutputReader {
  const settle = settlerOf(output)
  if (output.kind !== 'vector') return (elements, at) => settle(elements[at])
  const length = output.length!
  return (elements, at) => {
    const values = new Array<unknown>(length)
    for (let index = 0; index < length; index++) {
      const value = settle(elements[at + index])
      if (value === undefined) return undefined
      values[index] = value
    }
    return values
  }
}

/** Turns what a derived output was computed as into what the contract allows; undefined where it does not. */
export function derivedReader(output: OutputDeclaration): (value: unknown) => unknown {
  const settle = settlerOf(output)
  if (output.kind !== 'vector') return settle
  const read = outputReader(output)
  return (value) => (Array.isArray(value) && value.length === output.length ? read(value, 0) : undefined)
}

/** One element: what the client gets for it, or undefined. */
function settlerOf(output: OutputDeclaration): (element: unknown) => unknown {
  switch (output.kind) {
    case 'float':
    case 'vector':
      return numberSettler(output)
    case 'int':
      return wholeSettler(output)
    case 'bool':
      return (element) =>
        element === 1 || element === true ? true : element === 0 || element === false ? false : undefined
    case 'category':
      return categorySettler(output.categories!)
    case 'string':
      return (element) => (typeof element === 'string' ? element : undefined)
  }
}

function numberSettler(output: OutputDeclaration): (element: unknown) => unknown {
  const { min, max } = boundsOf(output)
  const lowest = min - slack(output.min)
  const highest = max + slack(output.max)
  return (element) => {
    if (typeof element !== 'number' || !(element >= lowest && element <= highest)) return undefined
    return Math.min(max, Math.max(min, element))
  }
}

function wholeSettler(output: OutputDeclaration): (element: unknown) => unknown {
  const { min, max } = boundsOf(output)
  return (element) =>
    Number.isInteger(element) && (element as number) >= min && (element as number) <= max ? element : undefined
}

/** A category is answered as its code or, by a tensor of strings or a derived output, as its name. */
function categorySettler(categories: readonly string[]): (element: unknown) => unknown {
  const names = new Set<unknown>(categories)
  return (element) => (typeof element === 'number' ? categories[element] : names.has(element) ? element : undefined)
}

function slack(bound: number | undefined): number {
  return bound === undefined ? 0 : TOLERANCE * Math.max(1, Math.abs(bound))
}
