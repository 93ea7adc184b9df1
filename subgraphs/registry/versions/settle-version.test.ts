import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { done, publishVersion, READER, registerModel } from '../testing/catalogue.js'
import { TestRegistry } from '../testing/test-registry.js'

let registry: TestRegistry

beforeAll(async () => {
  registry = await TestRegistry.start()
  await registerModel(registry)
  await publishVersion(registry, 'risk-1')
})

afterAll(() => registry.remove())

const VERSION = '{ modelVersion(id: "payment-risk@1") { id publishedAt artifactSha256 model { champion { id } } } }'

/** As if the process had died after the version got its number and before it got its document. */
async function cutShort(): Promise<void> {
  await registry.withDatabase(async ({ models, versions }) => {
    const pending = await versions.findById('payment-risk@1').lean()
    await models.updateOne({ _id: 'payment-risk' }, { $set: { pending } })
    await versions.deleteOne({ _id: 'payment-risk@1' })
  })
}

describe('a publication that a crash cut short', () => {
  it('is completed at the next start', async () => {
    const before = await done(registry.ask(READER, VERSION))
    await cutShort()
    await registry.close()
    await registry.open()
    expect(await done(registry.ask(READER, VERSION))).toEqual(before)
  })

  it('is completed by the next publication, which answers it when it is the same', async () => {
    const before = await done(registry.ask(READER, VERSION))
    await cutShort()
    const { publishModelVersion } = await done(publishVersion(registry, 'risk-1'))
    expect(publishModelVersion).toEqual({
      created: false,
      version: { id: 'payment-risk@1', version: 1 },
      findings: [],
    })
    expect(await done(registry.ask(READER, VERSION))).toEqual(before)
  })
})
