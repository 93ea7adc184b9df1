import type { ModelCard } from '../../../shared/contract/card.js'
import type { Contract, OutputDeclaration } from '../../../shared/contract/declaration.js'

/**
 * Largest difference between a number of the runtime and the source framework's: absolute, and relative to big values.
 */
const TOLERANCE = 1e-5
const MOST_REPORTED = 10

/** Where answers differ from the golden ones, a sentence each with both sides; at most ten. */
export function findDeviations(
  { output }: Contract,
  goldenRows: ModelCard['goldenRows'],
  answers: readonly (object | Error)[],
): readonly string[] {
  const deviations = goldenRows.flatMap((golden, row) => {
    const answer = answers[row]
    const place = `card.goldenRows.${row}`
    if (answer === undefined || answer instanceof Error) return [`${place}: ${answer?.message ?? 'no answer'}`]
    return Object.entries(golden.output).flatMap(([name, expected]) => {
      const declared = output.outputs.find((candidate) => candidate.name === name)
      return deviation(`${place}.output.${name}`, declared, expected, answer)
    })
  })
  return deviations.slice(0, MOST_REPORTED)
}

function deviation(
  place: string,
  declared: OutputDeclaration | undefined,
  expected: unknown,
  answer: object,
): readonly string[] {
  if (!declared) return [`${place}: the contract has no such output`]
  // Only the team's own code computes a derived output.
  if (declared.tensor === undefined) return []
  const came = (answer as Record<string, unknown>)[declared.name]
  return isAlike(expected, came)
    ? []
    : [`${place}: the card says ${shown(expected)}, the artifact answers ${shown(came)}`]
}

function isAlike(expected: unknown, came: unknown): boolean {
  if (typeof expected === 'number' && typeof came === 'number') {
    return Math.abs(expected - came) <= TOLERANCE * Math.max(1, Math.abs(expected))
  }
  if (isList(expected) && isList(came)) {
    return expected.length === came.length && expected.every((element, index) => isAlike(element, came[index]))
  }
  return expected === came
}

function isList(value: unknown): value is ArrayLike<unknown> & { every: unknown[]['every'] } {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && 'length' in value)
}

function shown(value: unknown): string {
  const text = JSON.stringify(isList(value) ? Array.from(value) : value) ?? String(value)
  return text.length > 100 ? `${text.slice(0, 100)}…` : text
}
