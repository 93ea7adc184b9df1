import type { Identity } from '../../shared/identity/claims.js'
import type { ClientSignal, RequestContext } from '../request-context.js'
import { textOf } from './json.js'
import type { FetchOperation, Mesh, MeshAnswer, MeshRequest } from './mesh.js'

/**
 * A fetch takes nobody in whose time ends later than its own by more than this, in milliseconds: neither is anybody
 * answered by what was asked long ago, nor does a fetch that ends with its own request fail a younger one.
 */
const SAME_TIME_MS = 1_000

/**
 * Requests that ask the same at the same time share one fetch: same operation, same variables, same caller with the same
 * scopes. Predictions are never shared, since each has an id and a place in the prediction log; nor is what was asked
 * before a mutation ended, or the client that made it might not see what it did. A fetch is given up when all who waited
 * for it have gone.
 */
export class SharedFetches implements Mesh {
  private flights = new Map<FetchOperation, Map<string, Flight>>()
  /** Fetches that joined another one, and those that went by themselves though they could be joined. */
  hits = 0
  misses = 0

  constructor(private readonly mesh: Mesh) {}

  /** Operations of which a fetch that can be joined is under way. */
  get size(): number {
    return this.flights.size
  }

  fetch(request: MeshRequest, context: RequestContext): Promise<MeshAnswer> {
    const { operation } = request
    if (operation.kind === 'mutation') return this.mutate(request, context)
    if (!operation.isShareable || context.span) return this.mesh.fetch(request, context)
    const key = keyOf(request, context.caller)
    const flight = this.flights.get(operation)?.get(key)
    if (!flight?.takes(context)) return this.depart(request, context, key)
    this.hits += 1
    return flight.join(context).then((answer) => answer.copy())
  }

  private mutate(request: MeshRequest, context: RequestContext): Promise<MeshAnswer> {
    return this.mesh.fetch(request, context).finally(() => {
      this.flights = new Map()
    })
  }

  private depart(request: MeshRequest, context: RequestContext, key: string): Promise<MeshAnswer> {
    this.misses += 1
    const flight = new Flight(context.deadlineAt, (signal) => this.mesh.fetch(request, withSignal(context, signal)))
    const { flights } = this
    const ofOperation = flights.get(request.operation) ?? new Map<string, Flight>()
    flights.set(request.operation, ofOperation.set(key, flight))
    return flight.join(context).finally(() => {
      if (ofOperation.get(key) === flight) ofOperation.delete(key)
      if (ofOperation.size === 0) flights.delete(request.operation)
    })
  }
}

/** Field by field: to spread an object makes it a new hidden class each time, which only a collection of the whole heap frees. */
function withSignal(context: RequestContext, signal: ClientSignal): RequestContext {
  const { requestId, caller, terms, deadlineAt, record, span, traceparent } = context
  return { requestId, caller, terms, deadlineAt, signal, record, span, traceparent }
}

/** A fetch under way, and how many wait for it. */
class Flight {
  private readonly departure = new AbortController()
  private readonly answer: Promise<MeshAnswer>
  private waiting = 0

  constructor(
    private readonly deadlineAt: number,
    send: (signal: ClientSignal) => Promise<MeshAnswer>,
  ) {
    this.answer = send(this.departure.signal)
  }

  takes({ deadlineAt }: RequestContext): boolean {
    return !this.departure.signal.aborted && deadlineAt - this.deadlineAt <= SAME_TIME_MS
  }

  async join({ signal }: RequestContext): Promise<MeshAnswer> {
    this.waiting += 1
    const leave = () => {
      this.waiting -= 1
      if (this.waiting === 0) this.departure.abort()
    }
    signal.addEventListener('abort', leave)
    try {
      return await this.answer
    } finally {
      signal.removeEventListener('abort', leave)
    }
  }
}

const callers = new WeakMap<Identity, string>()

function keyOf({ variables }: MeshRequest, caller: Identity): string {
  let known = callers.get(caller)
  if (known === undefined) {
    known = JSON.stringify(caller)
    callers.set(caller, known)
  }
  return `${known}${textOf(variables ?? '')}`
}
