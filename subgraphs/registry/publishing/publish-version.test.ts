import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { codeOf, done, PUBLISH, publishVersion, READER, registerModel, TEAM } from '../testing/catalogue.js'
import { artifactFile, cardOf } from '../testing/payment-risk.js'
import { TestRegistry } from '../testing/test-registry.js'

let registry: TestRegistry

beforeAll(async () => {
  registry = await TestRegistry.start()
})

afterAll(() => registry.remove())

function publish(input: object) {
  return registry.ask(TEAM, PUBLISH, { input })
}

describe('publishing a model version', () => {
  it('tries the artifact, numbers it, and makes the first one champion', async () => {
    await registerModel(registry)
    const first = (await publishVersion(registry, 'risk-1')).data.publishModelVersion
    expect(first).toEqual({ created: true, version: { id: 'payment-risk@1', version: 1 }, findings: [] })
    const second = (await publishVersion(registry, 'risk-2', { version: 2 })).data.publishModelVersion
    expect(second).toMatchObject({ created: true, version: { id: 'payment-risk@2' } })
    const { model } = await done(
      registry.ask(
        READER,
        '{ model(name: "payment-risk") { latestVersion champion { id } versions { id aliases } aliasHistory { alias from to by reason } } }',
      ),
    )
    expect(model).toEqual({
      latestVersion: 2,
      champion: { id: 'payment-risk@1' },
      versions: [
        { id: 'payment-risk@2', aliases: [] },
        { id: 'payment-risk@1', aliases: ['champion'] },
      ],
      aliasHistory: [{ alias: 'champion', from: null, to: 1, by: 'tester', reason: 'First version of the model.' }],
    })
  })

  it('answers the version there is when the same is published again', async () => {
    const again = (await publishVersion(registry, 'risk-1')).data.publishModelVersion
    expect(again).toEqual({ created: false, version: { id: 'payment-risk@1', version: 1 }, findings: [] })
  })

  it('never changes a version', async () => {
    const before = await done(
      registry.ask(READER, '{ modelVersion(id: "payment-risk@1") { card artifactSha256 publishedAt } }'),
    )
    expect(codeOf(await publishVersion(registry, 'risk-2', { version: 1 }))).toBe('CONFLICT')
    expect(codeOf(await publishVersion(registry, 'risk-1', { version: 1, summary: 'Another card.' }))).toBe('CONFLICT')
    expect(
      await done(registry.ask(READER, '{ modelVersion(id: "payment-risk@1") { card artifactSha256 publishedAt } }')),
    ).toEqual(before)
  })

  it('leaves no gap between numbers', async () => {
    const { errors } = await publishVersion(registry, 'risk-1', { version: 9 })
    expect(errors?.[0]).toMatchObject({ message: 'The next version of payment-risk is 3; the card says 9.' })
  })

  it('gives a number to one of many who want it', async () => {
    await registerModel(registry, 'wanted')
    const cards = Array.from({ length: 6 }, (_, place) => ({ model: 'wanted', summary: `Candidate ${place % 3}.` }))
    const answers = await Promise.all(cards.map((card) => publishVersion(registry, 'risk-1', card)))
    const created = answers.filter(({ data }) => data?.publishModelVersion.created)
    expect(created).toHaveLength(1)
    const refused = answers.filter((answer) => codeOf(answer) === 'CONFLICT')
    const same = answers.filter(({ data }) => data?.publishModelVersion.created === false)
    expect([refused.length, same.length]).toEqual([4, 1])
    const { model } = await done(registry.ask(READER, '{ model(name: "wanted") { latestVersion versions { id } } }'))
    expect(model).toEqual({ latestVersion: 1, versions: [{ id: 'wanted@1' }] })
  })
})

describe('publishing what is no good version', () => {
  const next = { version: 3 }

  it('is refused for a file that is no model, one with a foreign signature, and answers unlike the golden rows', async () => {
    const before = await registry.control().deployments(['payment-risk'])
    for (const [name, code, message] of [
      ['corrupt', 'INVALID_ARTIFACT', 'is not an ONNX model that can be served'],
      ['foreign', 'CONTRACT_MISMATCH', 'the contract needs float32[N,2], the artifact has float32[N,3]'],
      ['risk-2', 'CONTRACT_MISMATCH', 'card.goldenRows.0.output.probability: the card says 0.35'],
    ] as const) {
      const file = artifactFile(name)
      await registry.upload(file)
      const input = { model: 'payment-risk', artifactSha256: file.sha256, card: cardOf('risk-1', next) }
      const { version, created, findings } = (await publish(input)).data.publishModelVersion
      expect({ version, created }).toEqual({ version: null, created: false })
      expect(findings[0].code).toBe(code)
      expect(findings[0].message).toContain(message)
    }
    expect(await registry.control().deployments(['payment-risk'])).toEqual(before)
  })

  it('is refused for an artifact nobody uploaded', async () => {
    const input = { model: 'payment-risk', artifactSha256: 'b'.repeat(64), card: cardOf('risk-1', next) }
    expect(codeOf(await publish(input))).toBe('NOT_FOUND')
  })

  it('is refused for a card that is none, with its first wrong place', async () => {
    const { sha256: artifactSha256 } = artifactFile('risk-1')
    const card = { ...cardOf('risk-1', next), metrics: [{ name: 'rocAuc', value: 'high', split: 'heldOut' }] }
    const answer = await publish({ model: 'payment-risk', artifactSha256, card })
    expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', path: 'card.metrics.0.value' })
  })

  it('is refused for a model of another team, and for an unknown one', async () => {
    const { sha256: artifactSha256 } = artifactFile('risk-1')
    const input = { model: 'payment-risk', artifactSha256, card: cardOf('risk-1', next) }
    expect(codeOf(await registry.ask(['publish:fraud'], PUBLISH, { input }))).toBe('FORBIDDEN')
    const unknown = await publish({ ...input, model: 'payment-rsk' })
    expect(unknown.errors?.[0]).toMatchObject({
      message: 'There is no model "payment-rsk". Did you mean payment-risk?',
      extensions: { code: 'MODEL_NOT_FOUND' },
    })
  })
})

describe('uploading an artifact', () => {
  it('takes the bytes that have the sha-256, once or again', async () => {
    const bytes = Buffer.from('some bytes')
    const file = { bytes, sha256: createHash('sha256').update(bytes).digest('hex') }
    const first = await registry.upload(file)
    expect([first.status, await first.json()]).toEqual([201, { sha256: file.sha256, bytes: 10 }])
    expect((await registry.upload(file)).status).toBe(200)
  })

  it('refuses other bytes, too many, and callers who publish nothing', async () => {
    const other = await registry.upload({ bytes: Buffer.from('other bytes'), sha256: 'c'.repeat(64) })
    expect(other.status).toBe(422)
    expect(await other.json()).toMatchObject({ errors: [{ extensions: { code: 'INVALID_ARTIFACT' } }] })
    const large = Buffer.alloc(1_000_001)
    const tooLarge = await registry.upload({ bytes: large, sha256: createHash('sha256').update(large).digest('hex') })
    expect(tooLarge.status).toBe(413)
    expect((await registry.upload(artifactFile('risk-1'), READER)).status).toBe(403)
  })
})
