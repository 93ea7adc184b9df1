import type { Network } from '../../deploy/launcher/network.js'
import { IDENTITY_HEADER } from '../../shared/identity/claims.js'
import { signIdentity } from '../../shared/identity/signing.js'
import { withChildren } from '../cpu.js'
import { postRequest } from '../load/connection.js'
import type { MeasuredProcess } from '../process.js'
import { measurements } from '../records.js'
import type { Subject } from '../series.js'
import {
  accept,
  atBare,
  atGateway,
  closedSubject,
  graphqlBody,
  meshSecretOf,
  processOf,
  type Served,
} from './targets.js'

const ROW = 'query Row($input: MassMeasurements!) { malignancyRisk(input: $input, at: "2") { probability } }'

/** The one row asked for, with the measurements of another patient each time. */
export function rowBodies(): Buffer[] {
  return measurements().map((input) => graphqlBody(ROW, { input }))
}

/** The same, as the bare script takes it. */
export function bareBodies(): Buffer[] {
  return measurements().map((record) => Buffer.from(JSON.stringify(record)))
}

/** The same version of the same model behind each door: the bare script, the subgraph alone, the gateway. */
export function httpSubjects(given: {
  readonly bare: MeasuredProcess
  /** The graph without the prediction log, and with it. */
  readonly off: Network
  readonly on: Network
}): Subject[] {
  const rows = rowBodies()
  const records = bareBodies()
  return [1, 32].flatMap((concurrency) => {
    const named = (name: string) => ({ name, concurrency, reference: 'bare' })
    return [
      closedSubject(named('bare'), atBare(given.bare, '/', records)),
      closedSubject(named('subgraph'), atSubgraph(given.off, rows)),
      closedSubject(named('gateway'), atGateway(given.off, rows)),
      closedSubject({ ...named('gateway-log'), besidePids: besideOf(given.on) }, atGateway(given.on, rows)),
    ]
  })
}

/** The same subgraph, recording what it answers and not; the ratio is what the prediction log leaves of the throughput. */
export function logSubjects({ on, off }: { readonly on: Network; readonly off: Network }): Subject[] {
  const rows = rowBodies()
  const subject = (name: string, network: Network) =>
    closedSubject(
      { name, concurrency: 32, reference: 'log-off', besidePids: besideOf(network) },
      atSubgraph(network, rows),
    )
  return [subject('log-off', off), subject('log-on', on)]
}

/** The registry and its store, which take what the log delivers. */
function besideOf(network: Network): number[] {
  return withChildren(processOf(network, 'registry').pid)
}

/** Identities live for seconds, so the requests of a sample are signed right before it. */
function atSubgraph(network: Network, bodies: readonly Buffer[]): Served {
  const secret = meshSecretOf(network)
  const { pid, url } = processOf(network, 'diagnostics')
  const target = new URL('/graphql', url)
  const identity = {
    subject: 'client:bench',
    client: 'bench',
    scopes: ['predict:malignancy-risk'],
    environment: 'test',
  }
  const signed = (body: Buffer) => signIdentity(identity, { audience: 'diagnostics', body, now: Date.now() }, secret)
  const requests = () => bodies.map((body) => postRequest(target, { [IDENTITY_HEADER]: signed(body) }, body))
  return { pids: [pid], target: () => ({ url: target, requests: requests(), accept }) }
}
