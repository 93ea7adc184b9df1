import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import type { Network } from '../../deploy/launcher/network.js'
import { asAdmin } from './as-admin.js'
import { graphqlBody } from './targets.js'

const MODEL = 'fraud-detector'
const ARTIFACT = 'bench/fixtures/costly.onnx'
const CARD = `subgraphs/fraud/models/${MODEL}/1/card.json`
const VERSION = 2

const PUBLISH =
  'mutation Version($input: PublishModelVersionInput!) { publishModelVersion(input: $input) { version { id } findings { message } } }'
const ROW = `query Row($input: Payment!) { fraudDetector(input: $input, at: "${VERSION}") { probability } }`
const LOAD_MS = 30_000

interface Card {
  readonly goldenRows: readonly { readonly input: Readonly<Record<string, unknown>> }[]
}

/**
 * Publishes a version of `fraud-detector` whose rows cost a millisecond or more each, in a batch as well as alone, and
 * answers requests for one row of it when it is loaded. It says of every payment that it is as likely a fraud.
 */
export async function costlyBodies(network: Network): Promise<readonly Buffer[]> {
  const card = JSON.parse(readFileSync(CARD, 'utf8')) as Card
  await publish(network, card)
  const bodies = card.goldenRows.map(({ input }) => graphqlBody(ROW, { input }))
  await untilLoaded(network, bodies[0]!)
  return bodies
}

async function publish(network: Network, card: Card): Promise<void> {
  const bytes = readFileSync(ARTIFACT)
  const artifactSha256 = createHash('sha256').update(bytes).digest('hex')
  const upload = await fetch(new URL(`/artifacts/${artifactSha256}`, network.gatewayUrl), {
    method: 'PUT',
    headers: { authorization: `Bearer ${network.keys.admin}`, 'content-type': 'application/octet-stream' },
    body: new Uint8Array(bytes),
  })
  if (!upload.ok) throw new Error(`The costly artifact was not taken: ${await upload.text()}`)
  const goldenRows = card.goldenRows.map(({ input }) => ({ input, output: { probability: 0.25, decision: 'REVIEW' } }))
  const input = { model: MODEL, artifactSha256, card: { ...card, version: VERSION, goldenRows } }
  const { publishModelVersion } = await asAdmin<{
    publishModelVersion: { version: object | null; findings: readonly { message: string }[] }
  }>(network, PUBLISH, { input })
  const [finding] = publishModelVersion.findings
  if (!publishModelVersion.version) throw new Error(`The costly version was refused: ${finding?.message}`)
}

async function untilLoaded({ gatewayUrl, keys }: Network, body: Buffer): Promise<void> {
  const until = performance.now() + LOAD_MS
  for (;;) {
    const response = await fetch(new URL('/graphql', gatewayUrl), {
      method: 'POST',
      headers: { authorization: `Bearer ${keys.app}`, 'content-type': 'application/json' },
      body: new Uint8Array(body),
    })
    const answer = await response.text()
    if (!answer.includes('"errors"')) return
    if (performance.now() > until) throw new Error(`The costly version was not loaded: ${answer}`)
    await wait(200)
  }
}
