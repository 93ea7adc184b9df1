/**
 * To where each kind of byte leads from each place in a list of numbers (RFC 8259, sections 5 and 6). A positive exponent
 * has one digit, so that a number with less than 299 digits before it is finite.
 */
const GRAMMAR = {
  before: { space: 'before', minus: 'minus', zero: 'zero', digit: 'digits' },
  minus: { zero: 'zero', digit: 'digits' },
  zero: { point: 'point', exponent: 'exponent', comma: 'before', space: 'after' },
  digits: { zero: 'digits', digit: 'digits', point: 'point', exponent: 'exponent', comma: 'before', space: 'after' },
  point: { zero: 'decimals', digit: 'decimals' },
  decimals: { zero: 'decimals', digit: 'decimals', exponent: 'exponent', comma: 'before', space: 'after' },
  exponent: { minus: 'small', plus: 'large', zero: 'after', digit: 'after' },
  small: { zero: 'smaller', digit: 'smaller' },
  smaller: { zero: 'smaller', digit: 'smaller', comma: 'before', space: 'after' },
  large: { zero: 'after', digit: 'after' },
  after: { comma: 'before', space: 'after' },
  wrong: {},
} as const

const PLACES = Object.keys(GRAMMAR) as readonly (keyof typeof GRAMMAR)[]
const KINDS = ['comma', 'space', 'minus', 'plus', 'point', 'zero', 'digit', 'exponent', 'other'] as const
type Kind = (typeof KINDS)[number]

/** Entries for a move in `leads`: one for each place. */
const WIDTH = PLACES.length

export const BEFORE = PLACES.indexOf('before')
export const WRONG = PLACES.indexOf('wrong')

/** Whether a list may end at a place. */
export const MAY_END: readonly boolean[] = PLACES.map((place) => 'comma' in GRAMMAR[place])

/** Bits of a move that say where it stands among `leads`; above them it says how many commas it has. */
export const MOVE_BITS = 13

/** Bits that the kinds of two bytes take: there are 81 of them. */
export const PAIR_BITS = 7

/** The grammar as tables, for steps of four bytes. */
export interface NumberTable {
  /** Kinds of two bytes, by the two as one little-endian number. */
  readonly pairs: Uint8Array
  /** What two pairs do, by the two: `first << PAIR_BITS | second`. */
  readonly moves: Uint16Array
  /** The place after a move, by the move and the place before it. */
  readonly leads: Uint8Array
}

export function compileNumberTable(): NumberTable {
  const kinds = Uint8Array.from({ length: 256 }, (_, byte) => KINDS.indexOf(kindOf(byte)))
  const pairs = new Uint8Array(2 ** 16)
  for (let two = 0; two < pairs.length; two++) pairs[two] = KINDS.length * kinds[two & 0xff]! + kinds[two >> 8]!
  return { pairs, ...compileMoves() }
}

/** Most moves lead where others lead: those that differ are a few dozen. */
function compileMoves(): Pick<NumberTable, 'moves' | 'leads'> {
  const moves = new Uint16Array(2 ** (2 * PAIR_BITS))
  const leads: number[] = []
  const known = new Map<string, number>()
  const pairs = KINDS.flatMap((first) => KINDS.map((second) => pairOf(first, second)))
  pairs.forEach((first, high) => {
    pairs.forEach((second, low) => {
      const ends = first.ends.map((place) => second.ends[place]!)
      const key = String.fromCharCode(...ends)
      const at = known.get(key) ?? leads.push(...ends) - WIDTH
      known.set(key, at)
      moves[(high << PAIR_BITS) | low] = ((first.commas + second.commas) << MOVE_BITS) | at
    })
  })
  return { moves, leads: Uint8Array.from(leads) }
}

/** To where two kinds lead from each place, and how many commas they are. */
function pairOf(...two: readonly [Kind, Kind]) {
  const ends = PLACES.map((_, place) => placeAfter(placeAfter(place, two[0]), two[1]))
  return { ends, commas: two.filter((kind) => kind === 'comma').length }
}

function placeAfter(place: number, kind: Kind): number {
  const leads: Partial<Readonly<Record<Kind, keyof typeof GRAMMAR>>> = GRAMMAR[PLACES[place]!]
  return PLACES.indexOf(leads[kind] ?? 'wrong')
}

function kindOf(byte: number): Kind {
  const character = String.fromCharCode(byte)
  if (character >= '1' && character <= '9') return 'digit'
  return KIND_OF[character] ?? 'other'
}

const SPACES = { ' ': 'space', '\t': 'space', '\n': 'space', '\r': 'space' } as const
const KIND_OF: Readonly<Record<string, Kind>> = {
  ...SPACES,
  ',': 'comma',
  '-': 'minus',
  '+': 'plus',
  '.': 'point',
  '0': 'zero',
  e: 'exponent',
  E: 'exponent',
}
