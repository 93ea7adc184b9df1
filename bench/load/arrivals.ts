/**
 * When requests come that do not wait for each other: a Poisson process, in milliseconds from the start. The same seed
 * gives the same times.
 */
export function poissonArrivals(perSecond: number, milliseconds: number, seed: number): Float64Array {
  const random = uniform(seed)
  const times: number[] = []
  const mean = 1_000 / perSecond
  for (let at = gap(random, mean); at < milliseconds; at += gap(random, mean)) times.push(at)
  return Float64Array.from(times)
}

function gap(random: () => number, mean: number): number {
  return -Math.log(1 - random()) * mean
}

/** Uniform in [0, 1): mulberry32. */
export function uniform(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
