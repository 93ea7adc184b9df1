/** How a fetch can end. */
export type FetchOutcome = 'answered' | 'late' | 'unavailable' | 'overloaded' | 'abandoned'

/** What happened to the fetches of one subgraph since the gateway started. */
export interface SubgraphCounters {
  readonly fetches: Readonly<Record<FetchOutcome, number>>
  /** Requests, as letters on links or over HTTP; one carries the fetches of a turn. */
  readonly requests: number
  readonly retries: number
  /** Retries that the budget did not allow. */
  readonly retriesDenied: number
  /** Fetches sent to a second replica because the first took long. */
  readonly hedges: number
  readonly ejections: number
  readonly inFlight: number
  readonly replicas: number
  readonly ejectedReplicas: number
  /** Replicas to which there is a link. */
  readonly linkedReplicas: number
}

/** Counts what happens to the fetches of one subgraph. */
export class FetchCounts {
  readonly fetches: Record<FetchOutcome, number> = { answered: 0, late: 0, unavailable: 0, overloaded: 0, abandoned: 0 }
  requests = 0
  retries = 0
  retriesDenied = 0
  hedges = 0
  ejections = 0

  count(what: 'requests' | 'retries' | 'retriesDenied' | 'hedges' | 'ejections'): void {
    this[what] += 1
  }
}
