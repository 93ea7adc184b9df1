import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ADMIN, codeOf, done, READER, registerModel, TEAM } from '../testing/catalogue.js'
import { TestRegistry } from '../testing/test-registry.js'

const URL = 'http://payments.test/graphql'
const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@context"])'
const PUBLISH = `mutation ($input: PublishSubgraphInput!) {
  publishSubgraph(input: $input) { accepted changed schemaVersion supergraphVersion findings { code message } }
}`

let registry: TestRegistry

beforeAll(async () => {
  registry = await TestRegistry.start()
  await registerModel(registry)
})

afterAll(() => registry.remove())

async function publish(sdl: string, name = 'payments', scopes: readonly string[] = TEAM) {
  const answer = await registry.ask(scopes, PUBLISH, { input: { name, team: 'payments', url: URL, sdl } })
  return answer.data?.publishSubgraph ?? codeOf(answer)
}

async function live() {
  const { supergraph } = await done(
    registry.ask(READER, '{ supergraph { version sdl subgraphs { name schemaVersion } } }'),
  )
  return supergraph
}

describe('the supergraph', () => {
  it('holds the registry before any team has published, under the URL where others reach it', async () => {
    const { version, sdl, subgraphs } = await live()
    expect({ version, subgraphs }).toEqual({ version: 1, subgraphs: [{ name: 'registry', schemaVersion: 1 }] })
    expect(sdl).toContain('@join__graph(name: "registry", url: "http://registry.test:4001/graphql")')
  })

  it('composes predictions served by versions that the registry resolves', async () => {
    const sdl = `${LINK}
      interface Prediction { predictionId: ID! servedBy: ModelVersion! }
      type PaymentRisk implements Prediction { predictionId: ID! servedBy: ModelVersion! probability: Float! }
      type ModelVersion @key(fields: "id", resolvable: false) { id: ID! }
      type Query { paymentRisk: PaymentRisk }`
    expect(await publish(sdl)).toEqual({
      accepted: true,
      changed: true,
      schemaVersion: 1,
      supergraphVersion: 2,
      findings: [],
    })
    expect(await publish(sdl)).toMatchObject({ accepted: true, changed: false, schemaVersion: 1, supergraphVersion: 2 })
  })
})

describe('publishing a subgraph', () => {
  it("that does not compose changes nothing and answers the composer's reasons", async () => {
    const before = await live()
    const clash = await publish(`${LINK} type Query { teams: Int }`)
    expect(clash).toMatchObject({ accepted: false, changed: false, schemaVersion: 1, supergraphVersion: 2 })
    expect(clash.findings.map(({ code }: { code: string }) => code)).toContain('FIELD_TYPE_MISMATCH')
    expect(clash.findings[0].message).toContain('Query.teams')
    const unreadable = await publish('type Query { payment: Int')
    expect(unreadable.findings).toEqual([
      { code: 'INVALID_GRAPHQL', message: '[payments] Syntax Error: Expected Name, found <EOF>. (line 1, column 26)' },
    ])
    expect(await live()).toEqual(before)
  })

  it('that needs what the gateway cannot do is refused, too', async () => {
    const sdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@context", "@fromContext"])
      type Query { payment: Payment }
      type Payment @key(fields: "id") @context(name: "money") { id: ID! currency: String! amount: Amount! }
      type Amount @key(fields: "id") { id: ID! text(currency: String @fromContext(field: "$money { currency }")): String! }`
    const { accepted, findings } = await publish(sdl)
    expect(accepted).toBe(false)
    expect(findings[0]).toMatchObject({ code: 'UNSUPPORTED_FEATURE' })
  })

  it('keeps the history of what was live, the latest first', async () => {
    await publish(`${LINK} type Query { payment: Int }`)
    await publish(`${LINK} type Query { payment: Int payments: Int }`)
    const { subgraph } = await done(
      registry.ask(
        READER,
        '{ subgraph(name: "payments") { url team { title } schemaHistory { schemaVersion sdl publishedBy } } }',
      ),
    )
    expect(subgraph).toMatchObject({ url: URL, team: { title: 'Payments' } })
    expect(subgraph.schemaHistory.map((entry: { schemaVersion: number }) => entry.schemaVersion)).toEqual([3, 2, 1])
    expect(subgraph.schemaHistory[1]).toMatchObject({
      sdl: `${LINK} type Query { payment: Int }`,
      publishedBy: 'tester',
    })
  })

  it('is for its team, and for nobody in the name of the registry', async () => {
    const sdl = 'type Query { other: Int }'
    expect(await publish(sdl, 'payments', ['publish:fraud'])).toBe('FORBIDDEN')
    expect(await publish(sdl, 'registry', ADMIN)).toBe('FORBIDDEN')
    expect(await publish(sdl, 'No Name')).toBe('BAD_USER_INPUT')
    const foreign = { name: 'payments', team: 'registry', url: URL, sdl }
    expect(codeOf(await registry.ask(ADMIN, PUBLISH, { input: foreign }))).toBe('FORBIDDEN')
    const unknown = { name: 'other', team: 'nobody', url: URL, sdl }
    expect(codeOf(await registry.ask(ADMIN, PUBLISH, { input: unknown }))).toBe('NOT_FOUND')
  })

  it('by many at once, in several replicas, loses nothing', async () => {
    const replica = await registry.replica()
    const before = (await live()).version
    const publications = Array.from({ length: 6 }, (_, place) => {
      const input = { name: `many-${place}`, team: 'payments', url: URL, sdl: `type Query { many${place}: Int }` }
      return done((place % 2 ? registry : replica).ask(TEAM, PUBLISH, { input }))
    })
    const versions = (await Promise.all(publications)).map((data) => data.publishSubgraph.supergraphVersion as number)
    await replica.close()
    expect(versions.sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6].map((step) => before + step))
    const { subgraphs, sdl } = await live()
    expect(subgraphs).toHaveLength(8)
    for (const place of publications.keys()) expect(sdl).toContain(`many${place}: Int`)
  })
})
