import { CountingRegistry } from '../graph/counting-registry.js'
import { startGatewayAlone } from '../graph/gateway-process.js'
import { closedLoop } from '../load/closed-loop.js'
import { postRequest } from '../load/connection.js'
import { measurements } from '../records.js'
import { rowOfSample } from '../row-of-sample.js'
import type { Row } from '../series.js'
import type { Stage } from '../stage.js'
import { graphqlBody, meshSecretOf, processOf } from '../subjects/targets.js'

const ROWS = 500
const PROVENANCE =
  'query Provenance($inputs: [MassMeasurements!]!) { malignancyRiskMany(inputs: $inputs, at: "1") { ... on MalignancyRisk { probability servedBy { id version publishedAt artifactSha256 } } } }'

/** 500 predictions in one operation, each with where it comes from: how often the registry is asked for that. */
export async function provenanceRows(stage: Stage, milliseconds: number): Promise<readonly Row[]> {
  const network = await stage.network('off')
  const registry = new CountingRegistry(new URL(processOf(network, 'registry').url).origin)
  stage.ends(() => registry.close())
  const secret = meshSecretOf(network)
  const gateway = await stage.keep(startGatewayAlone(await registry.start(), stage.folder(), { secret }))
  const url = new URL('/graphql', gateway.url)
  const inputs = measurements().slice(0, ROWS)
  const requests = [
    postRequest(url, { authorization: `Bearer ${network.keys.app}` }, graphqlBody(PROVENANCE, { inputs })),
  ]
  const sample = (ms: number) => closedLoop({ url, requests, accept }, { concurrency: 2, milliseconds: ms })
  const first = await sample(1)
  if (registry.operations === 0)
    throw new Error('The registry was not asked at first: what counts its calls counts none.')
  const atFirst = registry.operations / first.count
  await sample(milliseconds)
  const before = registry.operations
  const known = await sample(milliseconds)
  const extra = {
    rows: ROWS,
    registryCallsAtFirst: atFirst,
    registryCallsWhenKnown: (registry.operations - before) / known.count,
  }
  return [{ ...rowOfSample('provenance', 2, known), extra }]
}

function accept(body: Buffer, status: number): boolean {
  return status === 200 && body.includes('"artifactSha256":"') && !body.includes('"errors"')
}
