/** A replica as far as it matters for choosing one. */
export interface Candidate {
  readonly inFlight: number
  /** Share of its usual traffic that it is to be given, from 0 to 1. */
  share(now: number): number
}

/**
 * The less loaded of two replicas that are picked by chance, among those that are to be given traffic. One that has just come
 * back is passed over according to its share. When none is to be given any, all are: a sick replica is better than none.
 * `random` is uniform in [0, 1).
 */
export function chooseReplica<Replica extends Candidate>(
  replicas: readonly Replica[],
  now: number,
  random: () => number,
): Replica | undefined {
  if (replicas.length <= 1) return replicas[0]
  const willing = replicas.filter((replica) => isWilling(replica.share(now), random))
  const few = willing.length > 0 ? willing : replicas.filter((replica) => replica.share(now) > 0)
  return lessLoaded(few.length > 0 ? few : replicas, random)
}

function isWilling(share: number, random: () => number): boolean {
  return share >= 1 || (share > 0 && random() < share)
}

function lessLoaded<Replica extends Candidate>(replicas: readonly Replica[], random: () => number): Replica {
  const { length } = replicas
  const first = Math.floor(random() * length)
  const second = (first + 1 + Math.floor(random() * (length - 1))) % length
  const [one, other] = [replicas[first]!, replicas[second]!]
  return other.inFlight < one.inFlight ? other : one
}
