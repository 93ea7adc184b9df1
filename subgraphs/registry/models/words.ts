const LONGEST_WORD = 64
const MOST_WORDS = 500

/** The lower-case words of a text, each once, without accents: what the search compares. */
export function wordsOf(...texts: readonly string[]): string[] {
  const plain = texts.join(' ').normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase()
  const words = plain.match(/[\p{L}\p{N}]+/gu) ?? []
  return [...new Set(words.map((word) => word.slice(0, LONGEST_WORD)))].slice(0, MOST_WORDS)
}

/** A condition on a list of words: some word begins with each word of the query. Answered by the index of the list. */
export function beginsLike(query: string): { $and: { words: RegExp }[] } | undefined {
  const words = wordsOf(query).slice(0, 10)
  return words.length === 0 ? undefined : { $and: words.map((word) => ({ words: new RegExp(`^${word}`) })) }
}
