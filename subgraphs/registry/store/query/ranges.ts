import { directed, type Index } from '../storage/index-definition.js'
import { after, type KeyRange, MAX_INDEX_KEY } from '../storage/record-keys.js'
import type { Condition } from './conditions.js'

/** The ranges of keys that hold every combination of the equalities, narrowed by a range on the field after them. */
export function rangesOf(index: Index, equalities: Buffer[][], range: Condition | undefined): KeyRange[] {
  const prefixes = equalities.reduce<Buffer[]>(
    (rows, points, n) =>
      rows.flatMap((row) => points.map((key) => Buffer.concat([row, directed(key, index.fields[n]!.direction)]))),
    [Buffer.alloc(0)],
  )
  const direction = index.fields[equalities.length]?.direction ?? 1
  const ranges = prefixes.map((prefix) => (range ? bounded(prefix, range, direction) : whole(prefix)))
  return distinct(ranges).sort((a, b) => Buffer.compare(a.start, b.start))
}

/** Leaves room for the hash at the end of a key that was too long to keep. */
const LONGEST_BOUND = MAX_INDEX_KEY - 32

function whole(prefix: Buffer): KeyRange {
  const start = prefix.subarray(0, LONGEST_BOUND)
  return { start, end: after(start) }
}

/** Values within the bounds and of their type: `$gt: 5` never reaches strings. */
function bounded(prefix: Buffer, { lower, upper }: Condition, direction: 1 | -1): KeyRange {
  const type = Buffer.of((lower ?? upper)!.key[0]!)
  const edge = (key: Buffer) => Buffer.concat([prefix, directed(key, direction)]).subarray(0, LONGEST_BOUND)
  const low = edge(lower?.key ?? type)
  const high = edge(upper?.key ?? type)
  const skipLow = lower?.inclusive === false && low.length < LONGEST_BOUND
  const skipHigh = upper?.inclusive === false && high.length < LONGEST_BOUND
  return direction === 1
    ? { start: skipLow ? after(low) : low, end: skipHigh ? high : after(high) }
    : { start: skipHigh ? after(high) : high, end: skipLow ? low : after(low) }
}

function distinct(ranges: KeyRange[]): KeyRange[] {
  return [...new Map(ranges.map((range) => [range.start.toString('latin1'), range])).values()]
}
