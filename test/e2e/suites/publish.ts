import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setInterval } from 'node:timers/promises'
import { buildSubgraphSchema } from '@apollo/subgraph'
import { graphql, parse } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createGraphClient } from '../../../cli/graph/client.js'
import { until } from '../../../shared/testing/until.js'
import { graphClient } from '../client.js'
import { admin, app, network } from '../network.js'
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
