/**
 * A list of a request's variables that was found to be JSON but not made into values: finite numbers, texts, `true`, `false` and
 * null. The gateway asks of most lists, columns above all, only how long they are, and passes their bytes on.
 */
export class UnreadList {
  readonly #json: () => string

  /** `length` counts the elements; `json` tells the list with its brackets. */
  constructor(
    readonly length: number,
    json: () => string,
  ) {
    this.#json = json
  }

  read(): readonly unknown[] {
    return JSON.parse(this.#json())
  }

  /** What stands for it where the variables are written anew. */
  toJSON(): readonly unknown[] {
    return this.read()
  }
}
