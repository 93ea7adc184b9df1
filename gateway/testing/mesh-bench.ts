import type { Identity } from '../../shared/identity/claims.js'
import { PARTS_HEADER } from '../../shared/mesh/protocol.js'
import { createLog } from '../../shared/telemetry/log.js'
import { HttpMesh, type HttpMeshOptions } from '../mesh/http-mesh.js'
import type { Json } from '../mesh/json.js'
import type { FetchOperation, MeshAnswer } from '../mesh/mesh.js'
import type { RequestContext } from '../request-context.js'
import { FakeTime } from './fake-time.js'
import { FakeTransport, type SentRequest } from './fake-transport.js'
import { OPEN_TERMS } from './terms.js'

export const CALLER: Identity = { subject: 'client:1', client: 'shop', scopes: ['predict:risk'], environment: 'test' }
export const RISK = { name: 'risk', url: 'http://one.invalid/graphql' }
export const QUERY = operation('query')
export const MUTATION = operation('mutation')
const SECRET = 'the mesh secret of the mesh tests'

/** What became of a fetch, as far as it has. */
export interface Fetched {
  answer?: MeshAnswer
  error?: { readonly code: string; readonly message: string; readonly details: Record<string, unknown> }
}

/** A mesh in a world that the test owns: its time, its chance and its network. */
export class MeshBench {
  readonly time = new FakeTime()
  readonly network = new FakeTransport()
  readonly lines: Record<string, unknown>[] = []
  readonly kept: ReadonlySet<string>[] = []
  /** What chance says next; 0 when nothing is left. */
  readonly chances: number[] = []
  readonly mesh: HttpMesh

  constructor(options: Partial<HttpMeshOptions> = {}) {
    this.mesh = new HttpMesh({
      secret: SECRET,
      environment: 'test',
      timeoutMs: 500,
      hedgeAfterMs: 0,
      retry: { percent: 20, minPerSecond: 10 },
      maxInFlight: 100,
      transport: this.network.send,
      openLink: () => Promise.reject(new Error('This network has no links.')),
      keepConnections: async (origins) => void this.kept.push(origins),
      time: this.time,
      random: () => this.chances.shift() ?? 0,
      log: createLog('mesh', 'info', { write: (line) => void this.lines.push(JSON.parse(line)) }),
      ...options,
    })
  }

  /** The subgraph with so many replicas: `http://one.invalid`, `http://two.invalid`, … */
  withReplicas(count: 2 | 3): this {
    const urls = ['two', 'three'].slice(0, count - 1).map((name) => `http://${name}.invalid/graphql`)
    this.mesh.useReplicas(new Map([['risk', urls]]))
    return this
  }

  /** After a first answer by which the replica has said that it knows parts. */
  sharing(): this {
    this.fetch()
    this.sent()[0]!.answer('{"data":{}}', { [PARTS_HEADER]: '11' })
    return this
  }

  fetch(given: { operation?: FetchOperation; variables?: Json | undefined } & Partial<RequestContext> = {}): Fetched {
    const { operation: asked = QUERY, variables, ...context } = given
    const fetched: Fetched = {}
    this.mesh.fetch({ subgraph: RISK, operation: asked, variables }, this.context(context)).then(
      (answer) => {
        fetched.answer = answer
      },
      (error) => {
        fetched.error = error
      },
    )
    return fetched
  }

  /** Sends what waits for the end of the turn, and takes it from the network. */
  sent(origin?: string): SentRequest[] {
    this.time.endTurn()
    return this.network.take(origin)
  }

  /** Lets promises tell what they were told. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 5; turn++) await Promise.resolve()
  }

  get counters() {
    return this.mesh.counters().risk!
  }

  private context(given: Partial<RequestContext>): RequestContext {
    return {
      requestId: 'request-1',
      caller: CALLER,
      terms: OPEN_TERMS,
      deadlineAt: this.time.now() + 2_000,
      signal: new AbortController().signal,
      record: {},
      ...given,
    }
  }
}

function operation(kind: FetchOperation['kind']): FetchOperation {
  const query = `${kind} { ok }`
  return { kind, query, isShareable: false, json: JSON.stringify({ query }).slice(1, -1) }
}
