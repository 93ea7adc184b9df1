/** Header that carries the signed identity of a caller from the gateway (or one of our own processes) to a subgraph. */
export const IDENTITY_HEADER = 'x-modelgraph-identity'
/** Header that names a request through all hops and in every log line. */
export const REQUEST_ID_HEADER = 'x-request-id'
/** Header that carries what is left of the deadline, in whole milliseconds, shortened hop by hop. */
export const DEADLINE_HEADER = 'x-modelgraph-deadline-ms'

/** Who calls, as a subgraph sees it. */
export interface Identity {
  /** The client's id: `client:<id>`, or `service:<name>` for our own processes. */
  readonly subject: string
  /** Name of the client application, for metrics and the prediction log. */
  readonly client: string
  readonly scopes: readonly string[]
  /** The environment of the key: `test`, `staging` or `production`. */
  readonly environment: string
  /** How dearly the client's traffic is held when not all of it can be answered; `INTERNAL` when absent. */
  readonly criticality?: Criticality
}

/** The least dearly held first. */
export const CRITICALITIES = ['INTERNAL', 'MISSION_CRITICAL'] as const

/** Under overload batch rows are shed first, then `INTERNAL` clients, `MISSION_CRITICAL` ones last. */
export type Criticality = (typeof CRITICALITIES)[number]

/** The criticality of an identity, whether it tells one or not. */
export function criticalityOf({ criticality = 'INTERNAL' }: Pick<Identity, 'criticality'>): Criticality {
  return criticality
}

/** What is signed of an identity, with the time and the body of a request. */
export interface Claims extends Identity {
  /** Name of the subgraph that may accept it. */
  readonly audience: string
}
