import type { Variables } from '../../variables/coerce.js'
import { type Demand, NO_DEMAND, repeated, together } from './demand.js'

/** How often something is asked for: a number where the variables have no say. */
export type Times = number | ((variables: Variables) => number)

/** The demand of a part of an operation. What no variable changes is added up when it is compiled. */
export interface Share {
  readonly fixed: Demand
  readonly varying: readonly Varying[]
}

interface Varying {
  readonly times: (variables: Variables) => number
  readonly share: Share
}

const NO_SHARE: Share = { fixed: NO_DEMAND, varying: [] }

export function fixed(demand: Demand): Share {
  return { fixed: demand, varying: [] }
}

export function sum(shares: readonly Share[]): Share {
  return shares.reduce(
    (a, b) => ({ fixed: together(a.fixed, b.fixed), varying: [...a.varying, ...b.varying] }),
    NO_SHARE,
  )
}

export function scaled(share: Share, times: Times): Share {
  if (typeof times === 'function') return { fixed: NO_DEMAND, varying: [{ times, share }] }
  if (times === 1) return share
  const varying = share.varying.map((part) => ({ ...part, times: product(part.times, times) }))
  return { fixed: repeated(share.fixed, times), varying }
}

/** What a share comes to for one request. */
export function demandOf({ fixed, varying }: Share, variables: Variables): Demand {
  let demand = fixed
  for (const { times, share } of varying) {
    const count = times(variables)
    if (count > 0) demand = together(demand, repeated(demandOf(share, variables), count))
  }
  return demand
}

function product(times: Varying['times'], factor: number): Varying['times'] {
  return (variables) => times(variables) * factor
}
