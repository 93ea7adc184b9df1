import type { GraphQLError } from 'graphql'

/** Where a value stands in an answer: the last step, and the steps before it. */
export interface Path {
  readonly prev: Path | undefined
  readonly key: string | number
  readonly typename: string | undefined
}

/** The errors of one answer. One that lies below a place which an earlier error has made null is not told. */
export class CollectedErrors {
  readonly errors: GraphQLError[] = []
  readonly #places = new Set<Path | undefined>()

  add(error: GraphQLError, path: Path | undefined): void {
    if (this.#places.has(undefined)) return
    for (let place = path; place !== undefined; place = place.prev) if (this.#places.has(place)) return
    this.#places.add(path)
    this.errors.push(error)
  }
}

/** The steps from the root. */
export function stepsOf(path: Path): (string | number)[] {
  const steps: (string | number)[] = []
  for (let place: Path | undefined = path; place !== undefined; place = place.prev) steps.push(place.key)
  return steps.reverse()
}
