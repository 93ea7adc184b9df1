import { uuidAt } from './hex-words.js'

/** What comes before the values of a row of a chunk. */
export class ReadRow {
  /** The row's id is at word `at`, and behind it the answer's, where a shadow ran the row. */
  constructor(
    private readonly words: Uint32Array,
    private readonly at: number,
    private readonly isShadow: boolean,
    /** Code of its error. */
    readonly error: string | null,
  ) {}

  get id(): string {
    return uuidAt(this.words, this.at)
  }

  /** The answer's id; null where no shadow ran the row. */
  get shadowOf(): string | null {
    return this.isShadow ? uuidAt(this.words, this.at + 4) : null
  }

  /** How its id compares with one given as words: below 0 where it sorts before, 0 where it is the same. */
  compare(id: Uint32Array): number {
    for (let word = 0; word < id.length; word++) {
      const difference = this.words[this.at + word]! - id[word]!
      if (difference !== 0) return difference
    }
    return 0
  }
}
