import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setInterval } from 'node:timers/promises'
import { buildSubgraphSchema } from '@apollo/subgraph'
import { graphql, parse } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createGraphClient } from '../../../cli/graph/client.js'
import { until } from '../../../shared/testing/until.js'
import { cardOf } from '../cards.js'
import { graphClient } from '../client.js'
import { admin, app, network } from '../network.js'
import { publishVersion } from '../publish-version.js'
import { PACE_MS } from '../routed-traffic.js'

let weather: { url: string; close(): void }

beforeAll(async () => {
  weather = await startWeather()
})

// At the end of the file: the gateway is not ready when a subgraph of its graph is gone.
afterAll(() => weather?.close())

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])\n'
const SUN = `${LINK}type Query { sunshine: Int! }`
const SUN_AND_RAIN = `${LINK}type Query { sunshine: Int! rain: Int! }`
const BROKEN = `${LINK}type Query { sunshine: Int! } type Patient @key(fields: "id") { id: ID! radiusMean: String! }`

describe('publishing a subgraph', () => {
  it('brings a field to the graph without a restart, and no request fails meanwhile', async () => {
    await registerTeam('weather')
    expect(await publish(SUN)).toMatchObject({ accepted: true, changed: true, findings: [] })
    await until(async () => (await app('{ sunshine }')).data?.sunshine === 7)

    const load = underLoad(8, '{ sunshine patient(id: "5") { malignancyRisk { probability } } }')
    expect((await app('{ rain }')).errors[0]!.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED')
    for (let swap = 0; swap < 3; swap++) {
      expect((await publish(SUN_AND_RAIN)).accepted).toBe(true)
      await until(async () => (await app('{ rain }')).data?.rain === 3)
      expect((await publish(SUN)).accepted).toBe(true)
      await until(async () => (await app('{ rain }')).errors.length > 0)
    }
    const { answered, failed } = await load.stop()

    expect(failed).toEqual([])
    expect(answered).toBeGreaterThan(50)
  })

  it('that does not compose is refused with the reasons, and nothing changes', async () => {
    const before = await admin('{ supergraph { version } }')
    const refused = await publish(BROKEN)
    expect(refused).toMatchObject({ accepted: false, changed: false })
    expect(refused.findings.length).toBeGreaterThan(0)
    expect(refused.findings[0]).toMatchObject({
      code: expect.any(String),
      message: expect.stringContaining('radiusMean'),
    })

    expect((await admin('{ supergraph { version } }')).data).toEqual(before.data)
    expect((await app('{ sunshine patient(id: "5") { radiusMean } }')).errors).toEqual([])
  })

  it('by the command line needs no safelist of its own, where a client may send nothing else', async () => {
    const key = await safelistedClient('weather-station', ['publish:weather'])
    const input = { name: 'weather', team: 'weather', url: weather.url, sdl: SUN }
    const command = createGraphClient({ gatewayUrl: network.gatewayUrl, key })
    expect(await command.send('PublishSubgraph', { input })).toMatchObject({ publishSubgraph: { accepted: true } })
    const other = await graphClient(network.gatewayUrl, key)(PUBLISH, { input })
    expect(other.errors[0]!.extensions.code).toBe('OPERATION_NOT_ALLOWED')
    expect(await explained(PUBLISH, { client: 'weather-station' })).toMatchObject({
      allowed: false,
      safelisted: false,
      fields: expect.arrayContaining([
        expect.objectContaining({
          decision: 'ALLOWED',
          rules: [{ source: 'TEAM', at: 'Mutation.publishSubgraph', needs: 'the policy publisher', holds: true }],
        }),
      ]),
    })
    await expect(command.send('RegisterTeam', { input: { name: 'other', title: 'Other' } })).rejects.toThrow(
      'FORBIDDEN',
    )
  })

  it('of another team is refused', async () => {
    const team = graphClient(network.gatewayUrl, network.keys.team)
    const answer = await team(PUBLISH, { input: { name: 'weather', team: 'weather', url: weather.url, sdl: SUN } })
    expect(answer.errors[0]!.extensions.code).toBe('FORBIDDEN')
  })
})

describe('publishing a model version', () => {
  const card = cardOf('fraud-detector')
  const score = () =>
    app('query Score($input: Payment!) { fraudDetector(input: $input) { probability route servedBy { version } } }', {
      input: card.goldenRows[0]!.input,
    })

  it.each([
    ['a corrupt artifact', Buffer.from('not an onnx file at all'), 'INVALID_ARTIFACT', /./],
    [
      'an artifact with a foreign signature',
      readFileSync('subgraphs/diagnostics/models/malignancy-risk/1/model.onnx'),
      'CONTRACT_MISMATCH',
      /float32\[N,\d+\].*float32\[.*30\]/,
    ],
  ])('from %s is refused and never disturbs what serves', async (_name, bytes, code, message) => {
    const before = await score()
    const result = await publishVersion(network, 'fraud-detector', bytes, { ...card, version: 2 })
    expect(result.created).toBe(false)
    expect(result.findings[0]).toMatchObject({ code, message: expect.stringMatching(message) })

    const { data } = await app('{ model(name: "fraud-detector") { latestVersion } }')
    expect(data.model.latestVersion).toBe(1)
    expect((await score()).data).toEqual(before.data)
  })

  it('whose card promises other answers is refused', async () => {
    const [first, ...rest] = card.goldenRows
    const lie = { ...card, version: 2, goldenRows: [{ ...first!, output: { probability: 0.5 } }, ...rest] }
    const bytes = readFileSync('subgraphs/fraud/models/fraud-detector/1/model.onnx')
    const result = await publishVersion(network, 'fraud-detector', bytes, lie)
    expect(result.findings[0]).toMatchObject({ code: 'CONTRACT_MISMATCH', message: expect.stringContaining('0.5') })
  })

  it('again changes nothing', async () => {
    const bytes = readFileSync('subgraphs/fraud/models/fraud-detector/1/model.onnx')
    expect(await publishVersion(network, 'fraud-detector', bytes, card)).toMatchObject({
      created: false,
      findings: [],
      version: { id: 'fraud-detector@1' },
    })
  })

  it('leaves the champion where it is until the alias moves; then both answer side by side', async () => {
    const input = cardOf('malignancy-risk').goldenRows[0]!.input
    const champion = async () => {
      const { data } = await app(
        'query Risk($input: MassMeasurements!) { malignancyRisk(input: $input) { route servedBy { version } } }',
        { input },
      )
      expect(data.malignancyRisk.route).toBe('CHAMPION')
      return data.malignancyRisk.servedBy.version
    }
    expect(await champion()).toBe(1)
    await setChampion(2)
    await until(async () => (await champion()) === 2)
    const { data } = await app(
      'query Both($input: MassMeasurements!) { v1: malignancyRisk(input: $input, at: "1") { servedBy { version } } v2: malignancyRisk(input: $input, at: "champion") { servedBy { version } } }',
      { input },
    )
    expect(data).toEqual({ v1: { servedBy: { version: 1 } }, v2: { servedBy: { version: 2 } } })
    await setChampion(1)
    await until(async () => (await champion()) === 1)
  })
})

const PUBLISH = `mutation Publish($input: PublishSubgraphInput!) {
  publishSubgraph(input: $input) { accepted changed supergraphVersion findings { code message } } }`

async function publish(sdl: string) {
  const { data, errors } = await admin(PUBLISH, { input: { name: 'weather', team: 'weather', url: weather.url, sdl } })
  expect(errors).toEqual([])
  return data.publishSubgraph
}

async function registerTeam(name: string): Promise<void> {
  const input = { name, title: 'Weather', description: 'A team of the test.', contact: 'weather@example.org' }
  const { errors } = await admin('mutation Team($input: RegisterTeamInput!) { registerTeam(input: $input) { name } }', {
    input,
  })
  expect(errors).toEqual([])
}

/** What the gateway's policy would decide of publishing. */
async function explained(operation: string, as: object) {
  const variables = { input: { name: 'weather', team: 'weather', url: weather.url, sdl: SUN } }
  const query = `query($operation: String!, $variables: JSONObject, $as: ExplainedCallerInput!) {
    explainPolicy(operation: $operation, variables: $variables, as: $as) {
      allowed safelisted fields { coordinate decision rules { source at needs holds } } } }`
  const { data, errors } = await admin(query, { operation, variables, as })
  expect(errors).toEqual([])
  return data.explainPolicy
}

/** The key of a new client that has to keep to its safelist, which is empty. */
async function safelistedClient(name: string, scopes: readonly string[]): Promise<string> {
  const input = { name, owner: 'weather', contact: 'weather@example.org', useCase: 'Publishes.', scopes }
  const made = await admin('mutation Make($input: CreateClientInput!) { createClient(input: $input) { key } }', {
    input,
  })
  const policy = { operations: 'SAFELISTED', introspection: false }
  const set = await admin(
    'mutation Set($client: String!, $policy: DeliveryPolicyInput!) { setDeliveryPolicy(client: $client, policy: $policy, reason: "Test.", revision: 1) { revision } }',
    { client: name, policy },
  )
  expect([...made.errors, ...set.errors]).toEqual([])
  return made.data.createClient.key
}

async function setChampion(version: number): Promise<void> {
  const { errors } = await admin(
    'mutation Champion($version: Int!) { setAlias(model: "malignancy-risk", alias: "champion", version: $version, reason: "end-to-end test") { name } }',
    { version },
  )
  expect(errors).toEqual([])
}

/** Clients that ask one query at their pace; answers what failed. */
function underLoad(clients: number, query: string) {
  let going = true
  let answered = 0
  const failed: string[] = []
  const client = async () => {
    for await (const _ of setInterval(PACE_MS)) {
      if (!going) return
      const { errors, text } = await app(query)
      answered += 1
      if (errors.length > 0) failed.push(text)
    }
  }
  const running = Promise.all(Array.from({ length: clients }, client))
  return {
    stop: async () => {
      going = false
      await running
      return { answered, failed }
    },
  }
}

/** A subgraph of another team, which serves every schema that the test publishes. */
async function startWeather(): Promise<{ url: string; close(): void }> {
  const schema = buildSubgraphSchema([
    { typeDefs: parse(SUN_AND_RAIN), resolvers: { Query: { sunshine: () => 7, rain: () => 3 } } },
  ])
  const server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const text = Buffer.concat(chunks).toString('utf8') || '{}'
    const { query, variables, operationName } = JSON.parse(text)
    const answer = query
      ? await graphql({ schema, source: query, variableValues: variables, operationName })
      : { status: 'live' }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`
  return { url, close: () => server.close() }
}
